/** What this phone keeps: reports, the posts that carry them to the desk, and the sealed log. */

export type Severity = 1 | 2 | 3 | 4;
export type Help = 'none' | 'advice' | 'safe_place' | 'staff_now';

export interface Position {
  lat: number;
  lon: number;
}

/** The body of POST /api/v1/reports; of a correction: only the fields that changed. */
export interface ReportBody {
  category: string;
  severity: Severity;
  help_needed: Help;
  /** RFC 3339 UTC; left out where the desk's own clock is the right one (a replay). */
  occurred_at?: string;
  position?: Position;
  words?: string;
}

/** What the desk answers, and answers again to whoever asks later. */
export interface Receipt {
  id: string;
  status: 'saved' | 'received' | 'seen' | 'corrected' | 'withdrawn' | 'refused';
  revision: number;
  category: string;
  severity: number;
  help_needed: string;
  at: string;
  received_at: string;
  seen_at: string | null;
  incident: string | null;
  unseen_after_s: number;
  advice: string[];
}

export interface Kept {
  /** The Idempotency-Key of the report: made once, kept with it, so ten tries are one report. */
  key: string;
  venue: string;
  /** As the desk has it: corrections that it took are in it. */
  body: ReportBody;
  made_at: string;
  /** From the first tap to saved on this phone; null for what came from the desk. */
  tapped_ms: number | null;
  /** When the desk first answered, by this phone's clock. */
  sent_at: string | null;
  receipt: Receipt | null;
}

export type PostKind = 'report' | 'correction' | 'withdrawal';

/** One message to the desk; it goes after those of the same report that were made before it. */
export interface Post {
  key: string;
  report: string;
  venue: string;
  kind: PostKind;
  body: Partial<ReportBody>;
  made_at: string;
  tries: number;
  /** Waiting is everything that may still be sent; refused is final. */
  state: 'waiting' | 'refused';
  /** Milliseconds since 1970 before which it is not tried again. */
  not_before: number;
  /** Why it was refused, in the desk's words. */
  refusal: string | null;
}

export type EntryKind = 'report' | 'received' | 'correction' | 'withdrawal' | 'addition';
export type Said = Record<string, string | number | null>;

/** One line of the premises' incident log; never changed once written. */
export interface Entry {
  venue: string;
  n: number;
  written_at: string;
  kind: EntryKind;
  report: string;
  said: Said;
  /** The seal of the entry before; empty in the first. */
  before: string;
  seal: string;
}
