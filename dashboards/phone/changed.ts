/** What a correction says: only the fields that are not as they were. */
import type { ReportBody } from './keeping/records';

/** Words that were taken out are sent as none; a position or time that was is never taken out. */
export function changedOf(was: ReportBody, body: ReportBody): Partial<ReportBody> {
  const erased = was.words !== undefined && body.words === undefined ? { words: '' } : {};
  const changed = Object.entries({ ...body, ...erased }).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(was[field as keyof ReportBody]),
  );
  return Object.fromEntries(changed);
}
