/** Counts per ward and group for one span, beside what is usual, the most unusual ward first. Pure. */
import type { Config } from '../../shared/config';
import type { Window as CountWindow } from '../../shared/types';
import { ageWords } from '../../shared/words/ages';

export type Span = 15 | 60 | 180 | null;

export const SPANS: readonly { span: Span; label: string; words: string }[] = [
  { span: 15, label: '15 min', words: 'in the last 15 minutes' },
  { span: 60, label: '1 hour', words: 'in the last hour' },
  { span: 180, label: '3 hours', words: 'in the last 3 hours' },
  { span: null, label: 'Night so far', words: 'tonight so far' },
];

/** 0 as usual; 1, 2, 3 from 1.5, 2 and 4 times the usual, and only from 3 incidents on. */
export type Step = 0 | 1 | 2 | 3;

export interface Cell {
  readonly count: number;
  readonly expected: number | null;
  readonly step: Step;
}

export interface WardRow {
  readonly place: string;
  readonly name: string;
  /** By group; a group without incidents has no cell. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly count: number;
  /** Incidents above the usual, over the groups that are. */
  readonly above: number;
}

export interface WardTable {
  readonly borough: WardRow;
  readonly rows: readonly WardRow[];
  /** Wards where nothing happened in this span, by name. */
  readonly calm: readonly string[];
  readonly usualKnown: boolean;
}

export function wardTable(windows: Iterable<CountWindow>, span: Span, config: Config): WardTable {
  const byPlace = new Map<string, Map<string, Cell>>();
  let usualKnown = true;
  for (const window of windows) {
    if (window.span_minutes !== span || window.count === 0) continue;
    if (!(window.place in config.wards) && window.place !== config.area.borough) continue;
    const cells = byPlace.get(window.place) ?? new Map<string, Cell>();
    cells.set(window.category_group, cellOf(window));
    byPlace.set(window.place, cells);
    usualKnown &&= window.expected !== null;
  }
  const rowFor = (place: string, name: string): WardRow =>
    rowOf(place, name, byPlace.get(place) ?? new Map<string, Cell>());
  const rows = Object.entries(config.wards).map(([code, name]) => rowFor(code, name));
  return {
    borough: rowFor(config.area.borough, `All of ${config.area.name}`),
    rows: rows.filter((row) => row.count > 0).sort(mostUnusualFirst),
    calm: rows.filter((row) => row.count === 0).map((row) => row.name),
    usualKnown,
  };
}

/** Why a usual is missing although nights are known: the span reaches back to before the night opened. */
export function usualGap(
  span: Span,
  night: { opensAt: number; pastNights: number } | null,
  now: number | null,
  nightsNeeded: number,
): string {
  if (night === null) return 'No usual between operating nights.';
  if (night.pastNights < nightsNeeded) {
    const seen = night.pastNights === 1 ? '1 night' : `${night.pastNights} nights`;
    return `Usual not known yet (${seen}; ${nightsNeeded} are needed).`;
  }
  const into = now === null ? 0 : now - night.opensAt;
  if (span !== null && into < span * 60_000) {
    return `Usual not known: the night is ${ageWords(into)} old, and these minutes began before it.`;
  }
  return 'Usual not known for some of these.';
}

function cellOf(window: CountWindow): Cell {
  const { count, expected } = window;
  return { count, expected, step: stepOf(count, expected) };
}

export function stepOf(count: number, expected: number | null): Step {
  if (expected === null || count < 3 || count < expected * 1.5) return 0;
  if (count >= expected * 4) return 3;
  return count >= expected * 2 ? 2 : 1;
}

function rowOf(place: string, name: string, cells: ReadonlyMap<string, Cell>): WardRow {
  let count = 0;
  let above = 0;
  for (const cell of cells.values()) {
    count += cell.count;
    above += Math.max(0, cell.count - (cell.expected ?? 0));
  }
  return { place, name, cells, count, above };
}

function mostUnusualFirst(a: WardRow, b: WardRow): number {
  return b.above - a.above || b.count - a.count || a.name.localeCompare(b.name, 'en-GB');
}
