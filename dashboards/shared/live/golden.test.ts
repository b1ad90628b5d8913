/** The same golden frames that the Python side folds; here the page's reducer must come to the same. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

const SAMPLE: Golden = {
  name: 'a snapshot, a change, a removal',
  frames: [
    { t: 'snapshot', topic: 't', e: 'e1', s: 1, state: { incidents: { a: { n: 1 } } } },
    { t: 'delta', topic: 't', e: 'e1', s: 2, up: { incidents: { b: { n: 2 } } } },
    { t: 'delta', topic: 't', e: 'e1', s: 3, del: { incidents: ['a'] } },
  ],
  want: { e: 'e1', s: 3, state: { incidents: { b: { n: 2 } } } },
};

describe('golden frames', () => {
  it.each([SAMPLE, ...written()].map((golden) => [golden.name, golden] as const))(
    '%s',
    (_, golden) => {
      const picture = golden.frames.reduce(applyFrame, EMPTY);
      expect({ e: picture.e, s: picture.s }).toEqual({ e: golden.want.e, s: golden.want.s });
      expect(filled(picture.state)).toEqual(filled(golden.want.state));
    },
  );
});

function written(): Golden[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Golden);
}

/** A kind without records and a kind that is not there say the same. */
function filled(state: State): State {
  return Object.fromEntries(Object.entries(state).filter(([, of]) => Object.keys(of).length > 0));
}
