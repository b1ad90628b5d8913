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
/** The area; `borough` is what windows call all of it. */
export type AreaConfig = { borough: string; id: string; name: string; time_zone: string };
/** Names and positions by id. Venues, teams and cameras are for operations and the lead; others get their own alone.
 *
 * `ward_shapes` is a GeoJSON FeatureCollection of the wards' outlines to 10 m, with `code` and `name`. */
export type Config = {
  area: AreaConfig;
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
  ward_shapes: Record<string, unknown>;
  wards: Record<string, string>;
};
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
export type IncidentPage = { items: Array<Incident>; next: string | null };
export type IncidentVersion = { at: string; record: Incident | null };
export type Marks = {
  closes_at: string;
  night: string;
  opens_at: string;
  slots: Array<{ from: string; incidents: number; usual: number | null }>;
};
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
/** In degrees, WGS84. */
export type Position = { lat: number; lon: number };
/** Why a request was refused (RFC 9457). `type` is one of a fixed list; `detail` is for people. */
export type Problem = { detail: string; status: number; title: string; type: string };
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
/** Exactly one of the two: the token of a one-use link, or a key. */
export type SignIn = { key?: string | null; link?: string | null };
/** The caller's role and whose; `expires_at` is None for a key, which does not expire. */
export type WhoAmI = { expires_at: string | null; role: Role; subject: string | null };
export type WindowPage = { items: Array<Window>; next: string | null };
export interface Operations {
  /** What a page needs to start */ readConfig: {
    path: {};
    query: {};
    body: undefined;
    answer: Config;
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
  /** Sign out */ signOut: { path: {}; query: {}; body: undefined; answer: undefined };
  /** Who am I */ whoAmI: { path: {}; query: {}; body: undefined; answer: WhoAmI };
  /** Sign in with a one-use link or a key */ signIn: {
    path: {};
    query: {};
    body: SignIn;
    answer: WhoAmI;
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
  readConfig: { method: 'GET', path: '/api/v1/config' },
  listFeeds: { method: 'GET', path: '/api/v1/feeds' },
  listIncidents: { method: 'GET', path: '/api/v1/incidents' },
  readIncident: { method: 'GET', path: '/api/v1/incidents/{id}' },
  readHistory: { method: 'GET', path: '/api/v1/incidents/{id}/history' },
  listNights: { method: 'GET', path: '/api/v1/nights' },
  readPicture: { method: 'GET', path: '/api/v1/picture' },
  readMarks: { method: 'GET', path: '/api/v1/picture/marks' },
  signOut: { method: 'DELETE', path: '/api/v1/session' },
  whoAmI: { method: 'GET', path: '/api/v1/session' },
  signIn: { method: 'POST', path: '/api/v1/session' },
  listWindows: { method: 'GET', path: '/api/v1/windows' },
  alive: { method: 'GET', path: '/healthz' },
  metrics: { method: 'GET', path: '/metrics' },
  ready: { method: 'GET', path: '/readyz' },
} as const;
