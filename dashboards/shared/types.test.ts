import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { typesText } from '../tools/make-types.mjs';

it('types.ts is what schemas/json makes today; else run npm run types', async () => {
  expect(readFileSync(join(import.meta.dirname, 'types.ts'), 'utf8')).toBe(await typesText());
});
