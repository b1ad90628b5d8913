/** Records with defaults for tests: say only what the test is about. */
import type { Config } from './config';
import type { FeedHealth, Incident, Member, NightSummary, Window as CountWindow } from './types';

export const AT = '2026-05-16T22:42:07.000Z';

export function member(given: Partial<Member> = {}): Member {
  return {
    id: 'sbn:r1:0',
    source: 'sbn',
    reporter: 'blue-door',
    category: 'serious_violence',
    severity: 2,
    at: AT,
    received_at: AT,
    lat: 51.5138,
    lon: -0.1307,
    metres: 0,
    seconds: 0,
    revision: 0,
    late: false,
    clock_wrong: false,
    ambiguous_time: false,
    seen_at: null,
    ...given,
  };
}

export function incident(given: Partial<Incident> = {}): Incident {
  const members = given.members ?? [member()];
  const [first = member()] = members;
  return {
    id: first.id,
    category: first.category,
    category_group: 'violence',
    severity: first.severity,
    at: first.at,
    last_at: members.at(-1)?.at ?? first.at,
    lat: first.lat,
    lon: first.lon,
    ward: 'E05013808',
    cell: '89195da49b3ffff',
    night: '2026-05-16',
    sources: [...new Set(members.map((one) => one.source))],
    reporters: [...new Set(members.map((one) => one.reporter))],
    reports: members.length,
    status: 'open',
    late: members.some((one) => one.late),
    outside_wards: false,
    limit_m: 60,
    limit_s: 600,
    seen_at: null,
    members,
    ...given,
  };
}

export function countWindow(given: Partial<CountWindow> = {}): CountWindow {
  return {
    place: 'E05013808',
    category_group: 'violence',
    span_minutes: 60,
    count: 1,
    expected: 0.8,
    night: '2026-05-16',
    ends_at: AT,
    ...given,
  };
}

export function feed(given: Partial<FeedHealth> = {}): FeedHealth {
  return {
    source: 'sbn',
    status: 'live',
    last_at: AT,
    since: AT,
    usual_per_hour: 72,
    blind_at: null,
    heard_tonight: 41,
    sensors: [],
    ...given,
  };
}

export function night(given: Partial<NightSummary> = {}): NightSummary {
  return {
    night: '2026-05-16',
    status: 'open',
    opens_at: '2026-05-16T17:00:00.000Z',
    closes_at: '2026-05-17T05:00:00.000Z',
    incidents: 0,
    expected: null,
    reports: 0,
    late: 0,
    corrected: 0,
    withdrawn: 0,
    triggers_below_threshold: 0,
    groups: [],
    blind: [],
    past_nights: 0,
    revision: 0,
    ...given,
  };
}

export const CONFIG: Config = {
  area: {
    id: 'westminster',
    name: 'Westminster',
    time_zone: 'Europe/London',
    borough: 'E09000033',
  },
  realm: 'live',
  push_url: 'ws://127.0.0.1:8001/live',
  topics: ['westminster/operations'],
  wards: { E05013808: 'West End', E05013806: 'St James’s', E05013797: 'Hyde Park' },
  groups: {
    violence: { label: 'Violence', letter: 'V' },
    theft: { label: 'Theft', letter: 'T' },
  },
  categories: { serious_violence: 'Serious violence', theft: 'Theft' },
  cameras: { 'pall-mall': 'Pall Mall' },
  venues: { 'blue-door': 'The Blue Door', 'lantern-yard': 'Lantern Yard' },
  teams: { soho: 'Soho team' },
  nights: { weekdays: ['fri', 'sat'], opens: '18:00', closes: '06:00', extra_dates: [] },
  version: '0.1.0',
  speed: null,
  role: 'operations',
  basemap: '/api/v1/basemap',
  cameras_at: { 'pall-mall': { lat: 51.5067, lon: -0.1339 } },
  venues_at: { 'blue-door': { lat: 51.51382, lon: -0.13073 } },
};
