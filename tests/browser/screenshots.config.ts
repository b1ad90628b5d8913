/** `npm run screenshots`: the pages as they look, into screenshots/ (kept out of git). */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    include: ['screenshots.ts', 'phone-screenshots.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
