/** Builds the pages into api/pages, each text file with its gzip beside it. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { precompress } from './tools/precompress.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [svelte(), precompress()],
  build: {
    outDir: here('../api/pages'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the pages' CSP allows no data: addresses
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        console: here('index.html'),
        signIn: here('sign-in.html'),
        account: here('account.html'),
      },
    },
  },
});
