/** Saves the incident log as a file of this phone; loaded only when somebody asks for it. */
import type { WallClock } from '../../shared/words/clock';
import type { Entry } from '../keeping/records';
import { firstBroken } from '../sealing/chain';
import { csvOf } from './csv';
import { pdfOf } from './pdf';
import { momentWords, rowsOf } from './rows';

export function saveLog(
  as: 'csv' | 'pdf',
  venue: string,
  entries: readonly Entry[],
  clock: WallClock,
  now: number,
): void {
  const rows = rowsOf(entries, clock);
  const name = `incident-log-${clock.isoDate(now)}.${as}`;
  if (as === 'csv') return download(new Blob([csvOf(rows)], { type: 'text/csv' }), name);
  const about = [
    `${rows.length} entries, saved ${momentWords(new Date(now).toISOString(), clock)}`,
    sealWords(firstBroken(entries)),
  ];
  const pdf = pdfOf({ title: `Incident log, ${venue}`, about, rows });
  download(new Blob([pdf], { type: 'application/pdf' }), name);
}

export function sealWords(broken: number | null): string {
  if (broken !== null)
    return `Entry ${broken} is not as it was sealed: what follows cannot be relied on.`;
  return (
    'Every seal holds. A seal is the SHA-256 of its entry and of the seal before it; the CSV has the exact text, so that ' +
    'anybody can compute it again.'
  );
}

function download(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
