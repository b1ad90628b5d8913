/** What a page needs to start: GET /api/v1/config, or why it cannot start. */

export interface GroupWords {
  label: string;
  letter: string;
}

export interface NightRules {
  /** sun mon tue wed thu fri sat */
  weekdays: string[];
  opens: string;
  closes: string;
  extra_dates: string[];
}

export interface Config {
  area: { id: string; name: string; time_zone: string; borough: string };
  realm: string;
  push_url: string;
  topics: string[];
  wards: Record<string, string>;
  groups: Record<string, GroupWords>;
  categories: Record<string, string>;
  cameras: Record<string, string>;
  venues: Record<string, string>;
  teams: Record<string, string>;
  nights: NightRules;
  version: string;
  speed: number | null;
  role: string;
  /** Where the basemap is; null where there is none. */
  basemap: string | null;
  /** By id, for operations and the lead. */
  cameras_at?: Record<string, Position>;
  venues_at?: Record<string, Position>;
}

export interface Position {
  lat: number;
  lon: number;
}

export type ConfigAnswer =
  { is: 'config'; config: Config } | { is: 'signed_out' } | { is: 'failed'; detail: string };

/** The fragment by which the sign-in page knows that a session was there and is over. */
export const ENDED = '#ended';

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export async function loadConfig(fetchPage: Fetch): Promise<ConfigAnswer> {
  try {
    const answer = await fetchPage('/api/v1/config', { headers: { accept: 'application/json' } });
    if (answer.status === 401) return { is: 'signed_out' };
    if (!answer.ok) return { is: 'failed', detail: await problemDetail(answer) };
    return { is: 'config', config: (await answer.json()) as Config };
  } catch {
    return { is: 'failed', detail: 'The desk does not answer.' };
  }
}

/** The plain sentence of a problem+json answer (RFC 9457); else that there is none, with the status. */
export async function problemDetail(answer: Response): Promise<string> {
  const fallback = `The desk cannot answer now (error ${answer.status}).`;
  try {
    const problem: unknown = await answer.json();
    if (typeof problem !== 'object' || problem === null) return fallback;
    if ('detail' in problem && typeof problem.detail === 'string') return problem.detail;
    if ('title' in problem && typeof problem.title === 'string') return problem.title;
    return fallback;
  } catch {
    return fallback;
  }
}

/** The topic the console is made for; null for who may not follow it. */
export function consoleTopic(config: Config): string | null {
  return config.topics.find((topic) => topic === `${config.area.id}/operations`) ?? null;
}

/** Replays and the demo are not the live world, and the page must say so. */
export function isReplay(config: Config): boolean {
  return config.realm.startsWith('replay');
}

/** How many times faster than the world the desk's clock runs. */
export function speedOf(config: Config): number {
  return config.speed ?? 1;
}

/** The push server's address as the browser must dial it. */
export function socketAddress(config: Config, page: string): string {
  const address = new URL(config.push_url, page);
  address.protocol = address.protocol.replace(/^http/, 'ws');
  return address.href;
}
