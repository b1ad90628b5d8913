/** Writes dashboards/shared/types.ts from schemas/json: the pages' types are the server's records. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

const TARGET = fileURLToPath(new URL('../shared/types.ts', import.meta.url));
const BANNER =
  '/** Records and frames as they cross the socket. Made by `npm run types` from schemas/json; do not edit. */';
/** The redactor opens these to nobody on a socket. */
const KEPT_BACK = { Member: ['words_ref'] };

/** @returns {Promise<string>} what the file must say today */
export async function typesText() {
  const definitions = { ...definitionsOf('picture'), ...definitionsOf('frames') };
  const schema = { title: 'Wire', type: 'object', properties: {}, $defs: definitions };
  const text = await compile(schema, 'Wire', {
    additionalProperties: false,
    unreachableDefinitions: true,
    bannerComment: BANNER,
    style: { singleQuote: true, printWidth: 100 },
  });
  return text
    .replace(/\/\*\*\n \* This interface was referenced by[^/]*\*\/\n/g, '')
    .replace(
      /\n \*\n \* This interface was referenced by `Wire`'s JSON-Schema\n \* via the `definition` [^/]*\*\//g,
      '\n */',
    )
    .replace(/export interface Wire \{\}?\n?/, '');
}

/** @param {string} name */
function definitionsOf(name) {
  const path = new URL(`../../schemas/json/${name}.json`, import.meta.url);
  const { $defs } = JSON.parse(readFileSync(path, 'utf8'));
  for (const [title, definition] of Object.entries($defs)) complete(title, definition);
  return $defs;
}

/** A field with a default is always sent; a field kept back never is. */
function complete(title, definition) {
  for (const field of KEPT_BACK[title] ?? []) delete definition.properties[field];
  const defaulted = Object.entries(definition.properties ?? {})
    .filter(([, property]) => 'default' in property)
    .map(([field]) => field);
  if (definition.required !== undefined) {
    definition.required = [...new Set([...definition.required, ...defaulted])].filter(
      (field) => field in definition.properties,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(TARGET, await typesText());
}
