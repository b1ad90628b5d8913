/** The same golden frames that the Python side folds; here the page's reducer must come to the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServerFrame, State } from './frames';
import { applyFrame, EMPTY } from './picture';

interface Golden {
  name: string;
  frames: ServerFrame[];
  want: { state: State; e: string; s: number };
}

const FOLDER = join(import.meta.dirname, '../../../tests/contracts/golden_frames');

describe('golden frames', () => {
  it.each(written().map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const picture = golden.frames.reduce(applyFrame, EMPTY);
    const { e, s } = golden.want;
    expect(picture).toMatchObject({ e, s, standing: 'following' });
    expect(filled(picture.state)).toEqual(filled(golden.want.state));
  });
});

function written(): Golden[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Golden);
}

/** A kind without records and a kind that is not there say the same. */
function filled(state: State): State {
  return Object.fromEntries(Object.entries(state).filter(([, of]) => Object.keys(of).length > 0));
}
