/** The incident log as CSV (RFC 4180), with what each seal was computed over, so that anybody can check it. */
import { sealedText } from '../sealing/chain';
import type { Row } from './rows';

const HEADER = ['entry', 'kind', 'written', 'written_utc', 'said', 'seal', 'sealed_text'];
/** Tells spreadsheets that this is UTF-8. */
const MARK = '\uFEFF';

export function csvOf(rows: readonly Row[]): string {
  const lines = rows.map(({ n, kind, written, facts, entry }) =>
    [
      String(n),
      kind,
      written,
      entry.written_at,
      facts.join('; '),
      entry.seal,
      sealedText(entry),
    ].map(cell),
  );
  return MARK + [HEADER, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

/** Quoted; none can begin as a formula, because each column's text begins with a word, a digit or a brace. */
function cell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
