/** Every operation of the API, by name. Made by `npm run types` from api/openapi.json; do not edit. */
import type {
  Category,
  CategoryGroup,
  Source,
  FeedStatus,
  IncidentStatus,
  NightStatus,
  FeedHealth,
  Incident,
  NightSummary,
  Window,
} from './types';
/** What is audited today. */
export type Action =
  | 'key_added'
  | 'key_revoked'
  | 'link_made'
  | 'signed_in'
  | 'signed_out'
  | 'person_added'
  | 'person_removed'
  | 'password_changed'
  | 'enrolment_made'
  | 'enrolment_revoked'
  | 'enrolled'
  | 'words_read'
  | 'words_erased'
  | 'audit_read'
  | 'kept_no_longer';
/** The area; `borough` is what windows call all of it. */
export type AreaConfig = { borough: string; id: string; name: string; time_zone: string };
/** Names and positions by id. Venues, teams and cameras are for operations and the lead; others get their own alone.
 *
 * `basemap` is where streets, water and the outlines of wards and cells are. */
export type Config = {
  area: AreaConfig;
  basemap: string;
  cameras: Record<string, string>;
  cameras_at: Record<string, Position>;
  categories: Record<string, string>;
  groups: Record<string, GroupWords>;
  nights: NightsConfig;
  push_url: string;
  realm: string;
  role: Role;
  speed: number | null;
  subject: string | null;
  teams: Record<string, string>;
  topics: Array<string>;
  venues: Record<string, string>;
  venues_at: Record<string, Position>;
  version: string;
  wards: Record<string, string>;
};
/** What of a report was wrong: what is left out stays as it was said. */
export type CorrectionBody = {
  category?: Category | null;
  help_needed?: HelpNeeded | null;
  occurred_at?: string | null;
  position?: Point | null;
  severity?: number | null;
  words?: string | null;
};
/** An encounter of a street team; `helped` is the number of people. `id` names it within a batch. */
export type EncounterBody = {
  category: Category;
  helped?: number;
  id?: string | null;
  occurred_at?: string | null;
  position: Point;
  severity?: number;
  team?: string | null;
  words?: string | null;
};
/** A new enrolment; `link` is shown here and never again. */
export type EnrolmentMade = { enrolment: EnrolmentShown; link: string };
/** One enrolment, without its link. */
export type EnrolmentShown = {
  expires_at: string;
  id: number;
  made_at: string;
  name: string | null;
  role: Role;
  state: State;
  subject: string | null;
  used_at: string | null;
};
/** The newest first. */
export type EnrolmentsShown = { items: Array<EnrolmentShown> };
export type FeatureCollection = {
  features: Array<{
    geometry: Record<string, unknown> | null;
    properties: Record<string, unknown>;
    type: 'Feature';
  }>;
  type: 'FeatureCollection';
};
export type FeedHealthPage = { items: Array<FeedHealth>; next: string | null };
/** A category group's name and its letter on the map. */
export type GroupWords = { label: string; letter: string };
/** What goes by itself once it was kept for long enough. */
export type Held = 'words' | 'dead_letters' | 'reports' | 'history' | 'sessions' | 'audit';
/** What the reporter asks for. */
export type HelpNeeded = 'none' | 'advice' | 'safe_place' | 'staff_now';
export type IncidentPage = { items: Array<Incident>; next: string | null };
export type IncidentVersion = { at: string; record: Incident | null };
/** The words of an incident's reports, those without any left out. */
export type IncidentWords = { incident: string; items: Array<WordsShown> };
/** What became of one of a batch: its status and receipt, or why it is refused. */
export type Item = {
  detail?: string | null;
  receipt?: Receipt | null;
  status: number;
  type?: string | null;
};
/** A batch's, in its order. */
export type Items = { items: Array<Item> };
/** One kind of thing. `days` null: nothing goes yet. Counts are for the admin and data protection, else null.
 *
 * `goes_within_7_days` counts what goes then, `goes_next` is when the oldest goes that is not due yet. */
export type KeptShown = {
  about: string;
  days: number | null;
  goes_next: string | null;
  goes_within_7_days: number | null;
  held: number | null;
  since: string | null;
  what: Held;
};
/** One deed. `who` and `key_id` are left out for a business: it learns which role read it, and what for. */
export type LineShown = {
  about: string | null;
  action: Action;
  at: string;
  key_id: number | null;
  purpose: string | null;
  role: Role;
  subject: string | null;
  supplier: string | null;
  who: string | null;
};
/** Newest first; `next` asks for those before, and is null at the end. */
export type LinesShown = { items: Array<LineShown>; next: string | null };
export type Marks = {
  closes_at: string;
  night: string;
  opens_at: string;
  slots: Array<{ from: string; incidents: number; usual: number | null }>;
};
/** `old` is left out by whoever has none yet. How long a new one must be is said when it is not. */
export type NewPassword = { new: string; old?: string | null };
export type NightSummaryPage = { items: Array<NightSummary>; next: string | null };
/** When operating nights are; local times, dates as YYYY-MM-DD. */
export type NightsConfig = {
  closes: string;
  extra_dates: Array<string>;
  opens: string;
  weekdays: Array<string>;
};
export type Picture = {
  at: string;
  state: {
    feeds: Record<string, FeedHealth>;
    incidents: Record<string, Incident>;
    night: Record<string, NightSummary>;
    windows: Record<string, Window>;
  };
};
/** A point in WGS84 degrees. */
export type Point = { lat: number; lon: number };
/** In degrees, WGS84. */
export type Position = { lat: number; lon: number };
/** Why a request was refused (RFC 9457). `type` is one of a fixed list; `detail` is for people. */
export type Problem = { detail: string; status: number; title: string; type: string };
/** What the words are opened for, in a few words; it is kept beside the caller's role and the time. */
export type Purpose = { purpose: string };
/** Why a row was refused: the keys of `rejected` in what a replay reports. */
export type Reason =
  | 'ragged_row'
  | 'unclosed_quote'
  | 'nul_byte'
  | 'not_json'
  | 'duplicate_key'
  | 'too_large'
  | 'too_deep'
  | 'missing_column'
  | 'missing_value'
  | 'bad_value'
  | 'bad_number'
  | 'bad_time'
  | 'not_local_time'
  | 'bad_position'
  | 'outside_world'
  | 'swapped_position'
  | 'unknown_venue'
  | 'unknown_team'
  | 'unknown_camera'
  | 'unknown_category'
  | 'unknown_status';
/** What a report says now, and what became of it. Times are RFC 3339 UTC. */
export type Receipt = {
  advice: Array<string>;
  at: string;
  category: Category;
  help_needed: HelpNeeded;
  id: string;
  incident: string | null;
  received_at: string;
  revision: number;
  seen_at: string | null;
  severity: number;
  status: ReceiptStatus;
  unseen_after_s: number;
};
/** How far a report has come. Saved: only we have it; received: it is on the desk; seen: somebody opened it.
 *
 * Refused: the desk did not take it, and why is in the advice. */
export type ReceiptStatus = 'saved' | 'received' | 'seen' | 'corrected' | 'withdrawn' | 'refused';
/** A page of receipts, the newest first; `next` is the cursor of the page after it. */
export type Receipts = { items: Array<Receipt>; next: string | null };
/** A line that was refused and kept: where it begins in the file, from 1, and the rule that it breaks. */
export type RefusedLine = { field: string | null; line: number; reason: Reason; rule: string };
/** A report. Without `occurred_at` it happened now, without `position` at its venue, which is the caller's own. */
export type ReportBody = {
  category: Category;
  help_needed?: HelpNeeded;
  occurred_at?: string | null;
  position?: Point | null;
  severity: number;
  venue?: string | null;
  words?: string | null;
};
/** Every kind of thing that goes by itself. */
export type RetentionShown = { items: Array<KeptShown> };
/** What somebody signed in as; a key has one. */
export type Role =
  | 'operations'
  | 'lead'
  | 'business'
  | 'haven'
  | 'nightstars'
  | 'group'
  | 'protect'
  | 'safeguard'
  | 'dataprotection'
  | 'feed'
  | 'admin';
/** Since when somebody has seen all of an incident's reports (RFC 3339 UTC). */
export type SeenAt = { seen_at: string };
/** One of the caller's sessions; `this`: the one that asks. */
export type SessionShown = {
  device: string | null;
  expires_at: string;
  id: string;
  since: string;
  this: boolean;
};
/** The caller's live sessions, newest first. */
export type SessionsShown = { items: Array<SessionShown> };
/** Exactly one of the three: the token of a one-use link, a key, or a name with its password. */
export type SignIn = {
  key?: string | null;
  link?: string | null;
  name?: string | null;
  password?: string | null;
};
/** Waiting to be opened; opened; not opened in time; or taken back, with the session that it had opened. */
export type State = 'waiting' | 'used' | 'expired' | 'revoked';
/** Counts by row. `duplicates` said again what was known; `rejected` counts by reason what was refused.
 *
 * `refused` holds the first of the refused lines; all are kept. `ended_early` says why the file could not be read to
 * its end, where it could not. */
export type Uploaded = {
  accepted: number;
  duplicates: number;
  ended_early: string | null;
  outside: number;
  read: number;
  refused: Array<RefusedLine>;
  rejected: Record<string, number>;
};
/** `subject`: the venue of business, the haven of haven, the team of nightstars. `name`: for a person's account. */
export type Wanted = { hours?: number; name?: string | null; role: Role; subject?: string | null };
/** The caller's role and whose; `expires_at` is None for a key, which does not expire.
 *
 * `name` is a person's, and `has_password` says whether they chose a password yet; both None for whoever is no person. */
export type WhoAmI = {
  expires_at: string | null;
  has_password: boolean | null;
  name: string | null;
  role: Role;
  subject: string | null;
};
export type WindowPage = { items: Array<Window>; next: string | null };
/** What one report said; `text` is null once it was erased. */
export type WordsShown = {
  at: string;
  ref: string;
  report: string;
  reporter: string;
  text: string | null;
};
export interface Operations {
  /** Who did and read what, when, and what for */ readAudit: {
    path: {};
    query: {
      since?: string | undefined;
      until?: string | undefined;
      role?: Role | undefined;
      subject?: string | undefined;
      action?: Action | undefined;
      supplier?: string | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: LinesShown;
  };
  /** Streets, water, parks, wards and cells to draw */ getBasemap: {
    path: {};
    query: {};
    body: undefined;
    answer: Record<string, unknown>;
  };
  /** What a page needs to start */ readConfig: {
    path: {};
    query: {};
    body: undefined;
    answer: Config;
  };
  /** Log one encounter, or several */ log: {
    path: {};
    query: {};
    body: EncounterBody | Array<EncounterBody>;
    answer: Receipt | Items;
  };
  /** All enrolments */ listEnrolments: {
    path: {};
    query: {};
    body: undefined;
    answer: EnrolmentsShown;
  };
  /** Make a one-use enrolment link */ makeEnrolment: {
    path: {};
    query: {};
    body: Wanted;
    answer: EnrolmentMade;
  };
  /** Take an enrolment and its session back */ revokeEnrolment: {
    path: { id: number };
    query: {};
    body: undefined;
    answer: undefined;
  };
  /** How the feeds stand */ listFeeds: {
    path: {};
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
      status?: FeedStatus | undefined;
      source?: Source | undefined;
    };
    body: undefined;
    answer: FeedHealthPage;
  };
  /** Hand in a vendor's file: JSON, NDJSON or CSV */ upload: {
    path: { source: Source };
    query: {};
    body: Array<Record<string, unknown>>;
    answer: Uploaded;
  };
  /** Incidents, newest first */ listIncidents: {
    path: {};
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
      night?: string | undefined;
      since?: string | undefined;
      until?: string | undefined;
      bbox?: string | undefined;
      status?: IncidentStatus | undefined;
      category?: Category | undefined;
      group?: CategoryGroup | undefined;
      source?: Source | undefined;
      ward?: string | undefined;
    };
    body: undefined;
    answer: IncidentPage;
  };
  /** One incident, live or over */ readIncident: {
    path: { id: string };
    query: {};
    body: undefined;
    answer: Incident;
  };
  /** What an incident was before */ readHistory: {
    path: { id: string };
    query: {};
    body: undefined;
    answer: Array<IncidentVersion>;
  };
  /** I have opened this incident */ seen: {
    path: { id: string };
    query: {};
    body: undefined;
    answer: SeenAt;
  };
  /** Open what an incident's reports said */ openWords: {
    path: { id: string };
    query: {};
    body: Purpose;
    answer: IncidentWords;
  };
  /** Operating nights, newest first */ listNights: {
    path: {};
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
      night?: string | undefined;
      since?: string | undefined;
      until?: string | undefined;
      status?: NightStatus | undefined;
    };
    body: undefined;
    answer: NightSummaryPage;
  };
  /** The picture as it looked then */ readPicture: {
    path: {};
    query: { at: string };
    body: undefined;
    answer: Picture;
  };
  /** A night in quarter hours */ readMarks: {
    path: {};
    query: { night: string };
    body: undefined;
    answer: Marks;
  };
  /** The receipts of my reports, the newest first */ receipts: {
    path: {};
    query: { cursor?: string | undefined; limit?: number | undefined };
    body: undefined;
    answer: Receipts;
  };
  /** Report an incident */ report: { path: {}; query: {}; body: ReportBody; answer: Receipt };
  /** A receipt */ receipt: { path: { id: string }; query: {}; body: undefined; answer: Receipt };
  /** Put a report right */ correct: {
    path: { id: string };
    query: {};
    body: CorrectionBody;
    answer: Receipt;
  };
  /** Take a report back */ withdraw: {
    path: { id: string };
    query: {};
    body: undefined;
    answer: Receipt;
  };
  /** What is kept for how long, and what goes when */ readRetention: {
    path: {};
    query: {};
    body: undefined;
    answer: RetentionShown;
  };
  /** Sign out */ signOut: { path: {}; query: {}; body: undefined; answer: undefined };
  /** Who am I */ whoAmI: { path: {}; query: {}; body: undefined; answer: WhoAmI };
  /** Sign in with a one-use link, a key, or a name and password */ signIn: {
    path: {};
    query: {};
    body: SignIn;
    answer: WhoAmI;
  };
  /** Choose a password; every other session ends */ changePassword: {
    path: {};
    query: {};
    body: NewPassword;
    answer: WhoAmI;
  };
  /** Sign out everywhere */ signOutEverywhere: {
    path: {};
    query: {};
    body: undefined;
    answer: undefined;
  };
  /** My sessions */ listSessions: { path: {}; query: {}; body: undefined; answer: SessionsShown };
  /** End one of my sessions */ endSession: {
    path: { id: string };
    query: {};
    body: undefined;
    answer: undefined;
  };
  /** Counts beside what is usual */ listWindows: {
    path: {};
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
      place?: string | undefined;
      group?: CategoryGroup | undefined;
      span?: number | undefined;
      night?: string | undefined;
    };
    body: undefined;
    answer: WindowPage;
  };
  /** Erase what a report said */ eraseWords: {
    path: { ref: string };
    query: {};
    body: undefined;
    answer: undefined;
  };
  /** Alive */ alive: { path: {}; query: {}; body: undefined; answer: string };
  /** Prometheus metrics */ metrics: { path: {}; query: {}; body: undefined; answer: string };
  /** Ready, or the reason why not */ ready: {
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
}
export const OPERATIONS = {
  readAudit: { method: 'GET', path: '/api/v1/audit' },
  getBasemap: { method: 'GET', path: '/api/v1/basemap' },
  readConfig: { method: 'GET', path: '/api/v1/config' },
  log: { method: 'POST', path: '/api/v1/encounters' },
  listEnrolments: { method: 'GET', path: '/api/v1/enrolments' },
  makeEnrolment: { method: 'POST', path: '/api/v1/enrolments' },
  revokeEnrolment: { method: 'DELETE', path: '/api/v1/enrolments/{id}' },
  listFeeds: { method: 'GET', path: '/api/v1/feeds' },
  upload: { method: 'POST', path: '/api/v1/feeds/{source}' },
  listIncidents: { method: 'GET', path: '/api/v1/incidents' },
  readIncident: { method: 'GET', path: '/api/v1/incidents/{id}' },
  readHistory: { method: 'GET', path: '/api/v1/incidents/{id}/history' },
  seen: { method: 'POST', path: '/api/v1/incidents/{id}/seen' },
  openWords: { method: 'POST', path: '/api/v1/incidents/{id}/words' },
  listNights: { method: 'GET', path: '/api/v1/nights' },
  readPicture: { method: 'GET', path: '/api/v1/picture' },
  readMarks: { method: 'GET', path: '/api/v1/picture/marks' },
  receipts: { method: 'GET', path: '/api/v1/reports' },
  report: { method: 'POST', path: '/api/v1/reports' },
  receipt: { method: 'GET', path: '/api/v1/reports/{id}' },
  correct: { method: 'POST', path: '/api/v1/reports/{id}/corrections' },
  withdraw: { method: 'POST', path: '/api/v1/reports/{id}/withdrawal' },
  readRetention: { method: 'GET', path: '/api/v1/retention' },
  signOut: { method: 'DELETE', path: '/api/v1/session' },
  whoAmI: { method: 'GET', path: '/api/v1/session' },
  signIn: { method: 'POST', path: '/api/v1/session' },
  changePassword: { method: 'POST', path: '/api/v1/session/password' },
  signOutEverywhere: { method: 'DELETE', path: '/api/v1/sessions' },
  listSessions: { method: 'GET', path: '/api/v1/sessions' },
  endSession: { method: 'DELETE', path: '/api/v1/sessions/{id}' },
  listWindows: { method: 'GET', path: '/api/v1/windows' },
  eraseWords: { method: 'DELETE', path: '/api/v1/words/{ref}' },
  alive: { method: 'GET', path: '/healthz' },
  metrics: { method: 'GET', path: '/metrics' },
  ready: { method: 'GET', path: '/readyz' },
} as const;
