import { describe, expect, it } from 'vitest';
import { unpacked } from './basemap';
import { namesOf, placed } from './labels';

const BASEMAP = unpacked({
  format: 1,
  credit: [],
  schematic: true,
  layers: {
    station: [
      { n: 'Leicester Square', g: [[-12810, 5151130]] },
      { n: 'On top of it', g: [[-12811, 5151131]] },
    ],
    street: [
      { n: 'Strand', k: 'major', g: [[-12700, 5150770, 350, 160]] },
      { n: 'Strand', k: 'major', g: [[-12350, 5150930, 1250, 430]] },
      { n: 'Frith Street', k: 'mid', g: [[-13220, 5151490, 170, -210]] },
      { n: '', k: 'major', g: [[-13000, 5151000, 400, 0]] },
    ],
    ward: [
      {
        n: 'West End',
        k: 'E05013808',
        g: [[-15000, 5151000, 2000, 0, 0, 1000, -2000, 0, 0, -1000]],
      },
    ],
  },
  cells: {},
});
const NAMES = namesOf(BASEMAP);
const SIZE = { width: 1000, height: 800 };
const at = (zoom: number) =>
  placed(NAMES, { lon: -0.128, lat: 51.511, zoom }, SIZE, (text) => text.length * 6);

describe('names', () => {
  it('come as the zoom allows', () => {
    expect(at(13.5).map(({ text }) => text)).not.toContain('Leicester Square');
    expect(at(15).map(({ text }) => text)).toContain('Leicester Square');
    expect(at(14.2).map(({ text }) => text)).not.toContain('Frith Street');
    expect(at(15.2).map(({ text }) => text)).toContain('Frith Street');
  });

  it('never lie over one another: the first stays', () => {
    expect(at(15).map(({ text }) => text)).not.toContain('On top of it');
  });

  it('name a street once, along its longest piece, never upside down', () => {
    const strands = at(14.5).filter(({ text }) => text === 'Strand');
    expect(strands).toHaveLength(1);
    expect(Math.abs(strands[0]?.angle ?? 9)).toBeLessThanOrEqual(Math.PI / 2);
  });

  it('leave out what has none', () => {
    expect(NAMES.map(({ text }) => text)).not.toContain('');
  });
});
