/** Writes dashboards/shared/api.ts from api/openapi.json: what the pages can ask, and what they are answered. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const TARGET = here('../shared/api.ts');
const HEAD =
  '/** Every operation of the API, by name. Made by `npm run types` from api/openapi.json; do not edit. */';
const JSON_TYPE = 'application/json';

/** @returns {Promise<string>} what the file must say today */
export async function apiText() {
  const { paths, components } = JSON.parse(readFileSync(here('../../api/openapi.json'), 'utf8'));
  const shared = sharedNames();
  const own = Object.entries(components.schemas).filter(([name]) => !shared.has(name));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  const text = [
    ...own.map(([name, schema]) => `${about(schema)}export type ${name} = ${typeOf(schema)};`),
    'export interface Operations {',
    ...operations.map(operationText),
    '}',
    'export const OPERATIONS = {',
    ...operations.map(
      ({ operationId, method, path }) =>
        `${operationId}: { method: '${method.toUpperCase()}', path: '${path}' },`,
    ),
    '} as const;',
  ].join('\n');
  const code = text.replace(/\/\*\*[^]*?\*\//g, '');
  const used = [...shared].filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  const whole = `${HEAD}\nimport type { ${used.join(', ')} } from './types';\n${text}`;
  return format(whole, { ...(await resolveConfig(TARGET)), parser: 'typescript' });
}

/** The names that types.ts gives already: records as whoever sees all of them is shown them. */
function sharedNames() {
  const text = readFileSync(here('../shared/types.ts'), 'utf8');
  return new Set([...text.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name));
}

function operationText({ operationId, summary, parameters = [], requestBody, responses }) {
  const body = requestBody?.content?.[JSON_TYPE]?.schema;
  const of = (place) => inline(parameters.filter((parameter) => parameter.in === place));
  return (
    `/** ${summary} */ ${operationId}: { path: ${of('path')}; query: ${of('query')}; ` +
    `body: ${body === undefined ? 'undefined' : typeOf(body)}; answer: ${answerOf(responses)} };`
  );
}

/** What it answers when it is done; nothing, or a text, where it answers no JSON. */
function answerOf(responses) {
  const done = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const types = done.map(([, { content = {} }]) => {
    if (content[JSON_TYPE]?.schema !== undefined) return typeOf(content[JSON_TYPE].schema);
    return content['text/plain'] === undefined ? 'undefined' : 'string';
  });
  return [...new Set(types)].join(' | ');
}

function inline(parameters) {
  const fields = parameters.map(({ name, required, schema }) =>
    required ? `${name}: ${typeOf(schema)}` : `${name}?: ${withoutNull(schema)} | undefined`,
  );
  return `{ ${fields.join('; ')} }`;
}

/** A parameter that may be left out is never sent as null. */
function withoutNull(schema) {
  const choices = (schema.anyOf ?? [schema]).filter(({ type }) => type !== 'null');
  return choices.map(typeOf).join(' | ');
}

function typeOf(schema) {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' | ');
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeOf({ ...schema, type })).join(' | ');
  }
  if (schema.type === 'array') return `Array<${typeOf(schema.items ?? {})}>`;
  if (schema.type === 'object') return objectOf(schema);
  return (
    { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', null: 'null' }[
      schema.type
    ] ?? 'unknown'
  );
}

function objectOf({ properties, required = [], additionalProperties }) {
  if (properties === undefined) {
    const value =
      typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
    return `Record<string, ${value}>`;
  }
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  return `{ ${fields.join('; ')} }`;
}

function about({ description }) {
  return description === undefined ? '' : `/** ${description.replaceAll('\n', '\n * ')} */\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(TARGET, await apiText());
}
