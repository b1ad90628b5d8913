/** What makes the phone page an app: its icons, its service worker with the list of its files, and a bound on its weight. */
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';
import { build, type Plugin, type Rolldown } from 'vite';
import { iconPng } from './icons.ts';

/** What the phone page loads first, compressed, the font left out: it works without. */
export const FIRST_LOAD_BYTES_MAX = 60_000;
const ICONS = [192, 512];
const WORKER = fileURLToPath(new URL('../phone/worker/sw.ts', import.meta.url));

export type Bundle = Record<string, File>;
type File =
  | { type: 'asset'; source: string | Uint8Array }
  | {
      type: 'chunk';
      code: string;
      imports: string[];
      dynamicImports: string[];
      viteMetadata?: { importedCss: Set<string> };
    };

/** `entry` is the page's name among the build's entries, `html` its file. */
export function phonePage(entry: string, html: string): Plugin {
  return {
    name: 'nightdesk-phone-page',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_, bundle) {
      const files = bundle as unknown as Bundle;
      const first = firstOf(bundle, entry);
      holdLight(weightOf(files, [html, ...filesFrom(files, first, false)]));
      for (const size of ICONS) {
        this.emitFile({ type: 'asset', fileName: `icon-${size}.png`, source: iconPng(size) });
      }
      const kept = filesFrom(files, first, true).map((file) => `/${file}`);
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: await worker(kept) });
    },
  };
}

export function holdLight(bytes: number): void {
  if (bytes > FIRST_LOAD_BYTES_MAX) {
    throw new Error(
      `the phone page first loads ${bytes} bytes compressed; the bound is ${FIRST_LOAD_BYTES_MAX}`,
    );
  }
}

/** A file and all that it imports, with their styles; `lazy`: also what it may load later. */
export function filesFrom(bundle: Bundle, first: string, lazy: boolean): string[] {
  const found = new Set<string>();
  const open = [first];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const file = bundle[name];
    if (file?.type !== 'chunk' || found.has(name)) continue;
    found.add(name);
    file.viteMetadata?.importedCss.forEach((style) => found.add(style));
    open.push(...file.imports, ...(lazy ? file.dynamicImports : []));
  }
  return [...found].sort();
}

/** Compressed bytes of files of the build. */
export function weightOf(bundle: Bundle, names: readonly string[]): number {
  return names.reduce((bytes, name) => bytes + compressed(bundle[name]), 0);
}

function compressed(file: File | undefined): number {
  if (file === undefined) return 0;
  const content = file.type === 'chunk' ? file.code : file.source;
  return gzipSync(content, { level: constants.Z_BEST_COMPRESSION }).length;
}

function firstOf(bundle: Rolldown.OutputBundle, entry: string): string {
  const found = Object.values(bundle).find(
    (file) => file.type === 'chunk' && file.isEntry && file.name === entry,
  );
  if (found === undefined) throw new Error(`the build has no entry ${entry}`);
  return found.fileName;
}

/** The service worker as one file of its own, with the addresses that it keeps. */
async function worker(kept: readonly string[]): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { __KEPT__: JSON.stringify(kept) },
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: WORKER, output: { format: 'iife' } },
    },
  });
  const [output] = Array.isArray(made) ? made : [made];
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined;
  if (chunk === undefined) throw new Error('the service worker was not built');
  return chunk.code;
}
