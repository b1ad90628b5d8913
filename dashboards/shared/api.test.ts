import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiText } from '../tools/make-api.mjs';

it('api.ts is what api/openapi.json makes today; else run npm run types', async () => {
  expect(readFileSync(join(import.meta.dirname, 'api.ts'), 'utf8')).toBe(await apiText());
});
