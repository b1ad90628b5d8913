/** The incident log as rows of text: what the page, the CSV and the PDF all show. */
import type { WallClock } from '../../shared/words/clock';
import type { Entry, EntryKind, Said } from '../keeping/records';
import { badWords, helpWords, whatWords } from '../words/choices';

export const KINDS: Record<EntryKind, string> = {
  report: 'Reported',
  received: 'Received by the desk',
  correction: 'Put right',
  withdrawal: 'Taken back',
  addition: 'Added later',
};

export interface Row {
  n: number;
  kind: string;
  /** Local to the area, "Saturday 16 May 2026 23:41:28". */
  written: string;
  /** What was said, a fact each: "What: Weapon". */
  facts: string[];
  entry: Entry;
}

export function rowsOf(entries: readonly Entry[], clock: WallClock): Row[] {
  return entries.map((entry) => ({
    n: entry.n,
    kind: KINDS[entry.kind],
    written: momentWords(entry.written_at, clock),
    facts: factsOf(entry.said, clock),
    entry,
  }));
}

export function momentWords(at: string, clock: WallClock): string {
  const ms = Date.parse(at);
  return `${clock.date(ms)} ${clock.isoDate(ms).slice(0, 4)} ${clock.hms(ms)}`;
}

function factsOf(said: Said, clock: WallClock): string[] {
  return FACTS.flatMap(([field, name, words]) => {
    const value = said[field];
    return value === undefined || value === null || value === ''
      ? []
      : [`${name}: ${words(value, clock)}`];
  });
}

type Words = (value: string | number, clock: WallClock) => string;
const asIs: Words = (value) => String(value);
const moment: Words = (value, clock) => momentWords(String(value), clock);

/** In the order in which they are read. */
const FACTS: [string, string, Words][] = [
  ['category', 'What', (value) => whatWords(String(value))],
  ['severity', 'How bad', (value) => badWords(Number(value))],
  ['help_needed', 'Help', (value) => helpWords(String(value))],
  ['occurred_at', 'Happened', moment],
  ['at', 'Happened', moment],
  ['received_at', 'Received', moment],
  ['lat', 'Latitude', asIs],
  ['lon', 'Longitude', asIs],
  ['words', 'Words', asIs],
  ['id', 'The desk’s number', asIs],
];
