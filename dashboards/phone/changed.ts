/** What a correction says: only the fields that are not as they were. */
import type { ReportBody } from './keeping/records';

/** Nothing is taken out: words, a time or a position that were said stay said. */
export function changedOf(was: ReportBody, body: ReportBody): Partial<ReportBody> {
  const changed = Object.entries(body).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(was[field as keyof ReportBody]),
  );
  return Object.fromEntries(changed);
}
