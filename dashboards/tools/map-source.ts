/**
 * MapLibre built from its own source, so that its worker and the page share one file.
 *
 * Its ready-made files hold what both need twice: 100 kB more, compressed. Its version is pinned, for its source has
 * no promise to stay as it is.
 */
import { fileURLToPath } from 'node:url';
import { transformWithOxc, type Plugin } from 'vite';

const SOURCE = fileURLToPath(new URL('../../node_modules/maplibre-gl/src/', import.meta.url));
/** The address of the worker's file, as a module. */
const WORKER = 'virtual:map-worker';
const RESOLVED = `\0${WORKER}`;

const AS_MADE = {
  target: 'es2022',
  assumptions: { setPublicClassFields: true },
  typescript: { removeClassFieldsWithoutInitializer: true },
} as const;

export function mapSource(): Plugin {
  return {
    name: 'nightdesk-map-source',
    apply: 'build',
    enforce: 'pre',
    resolveId: (id) =>
      id === WORKER ? RESOLVED : id === 'maplibre-gl' ? `${SOURCE}index.ts` : null,
    /** As its makers compile it: a field that is only declared is none, else it would undo what a parent class set. */
    transform: (code, id) =>
      id.startsWith(SOURCE) && id.endsWith('.ts') ? transformWithOxc(code, id, AS_MADE) : null,
    load(id) {
      if (id !== RESOLVED) return null;
      const file = this.emitFile({
        type: 'chunk',
        id: `${SOURCE}source/worker.ts`,
        name: 'worker',
      });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
  };
}

/** Files of the map bear it in their names: they are loaded only where the full map is drawn. */
export function chunkName(chunk: { moduleIds: readonly string[] }): string {
  const isMap = chunk.moduleIds.some((id) => id.startsWith(SOURCE));
  return isMap ? 'assets/map-[name]-[hash].js' : 'assets/[name]-[hash].js';
}
