/** Unit tests of the pages: pure functions and the socket client on a clock of its own; no browser. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    environment: 'node',
    restoreMocks: true,
  },
});
