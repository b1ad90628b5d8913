/** The seals of the incident log: each entry is sealed over its own text and the seal of the one before. */
import type { Entry, EntryKind, Receipt, Said } from '../keeping/records';
import { sha256 } from './sha256';

export interface Line {
  venue: string;
  written_at: string;
  kind: EntryKind;
  report: string;
  said: Said;
}

/** The entry that follows `last`, sealed. */
export function sealed(last: Pick<Entry, 'n' | 'seal'> | null, line: Line): Entry {
  const entry = { ...line, n: (last?.n ?? 0) + 1, before: last?.seal ?? '', seal: '' };
  return { ...entry, seal: sha256(sealedText(entry)) };
}

/** Exactly what the seal is the SHA-256 of: anybody can compute it again from an export. */
export function sealedText(entry: Entry): string {
  const { venue, n, written_at, kind, report, said, before } = entry;
  const inOrder = Object.fromEntries(
    Object.entries(said).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  return JSON.stringify({ venue, n, written_at, kind, report, said: inOrder, before });
}

/** The number of the first entry that is not as it was sealed, or does not follow the one before; null: all hold. */
export function firstBroken(entries: readonly Entry[]): number | null {
  let last: Entry | null = null;
  for (const [i, entry] of entries.entries()) {
    const follows = entry.n === i + 1 && entry.before === (last?.seal ?? '');
    if (!follows || entry.seal !== sha256(sealedText(entry))) return i + 1;
    last = entry;
  }
  return null;
}

/** What the desk's receipt says of a report: the same on every phone. */
export function receivedSaid(receipt: Receipt): Said {
  const { id, category, severity, help_needed, at, received_at, revision } = receipt;
  return { id, category, severity, help_needed, at, received_at, revision };
}

/** A log from receipts alone, for a phone that has none: the same receipts give the same seals. */
export function derived(venue: string, receipts: readonly Receipt[]): Entry[] {
  const inOrder = [...receipts].sort(
    (one, other) =>
      one.received_at.localeCompare(other.received_at) || one.id.localeCompare(other.id),
  );
  const entries: Entry[] = [];
  for (const receipt of inOrder) {
    const line: Line = {
      venue,
      written_at: receipt.received_at,
      kind: 'received',
      report: receipt.id,
      said: receivedSaid(receipt),
    };
    entries.push(sealed(entries.at(-1) ?? null, line));
  }
  return entries;
}
