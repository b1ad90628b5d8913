/** Records and frames as they cross the socket. Made by `npm run types` from schemas/json; do not edit. */

/**
 * What happened; a report has exactly one.
 */
export type Category =
  | 'asb'
  | 'ask_for_angela'
  | 'automatic_fire_alarm'
  | 'damage'
  | 'drugs'
  | 'false_alarm'
  | 'fire'
  | 'harassment'
  | 'hidden_harm'
  | 'noise'
  | 'other'
  | 'pedicab'
  | 'person_in_danger'
  | 'public_order'
  | 'serious_violence'
  | 'sexual_assault'
  | 'special_service'
  | 'spiking'
  | 'suspicious_behaviour'
  | 'theft'
  | 'theft_from_person'
  | 'violence_against_staff'
  | 'vulnerable_person'
  | 'weapon';
/**
 * What windows count and the map's letters show.
 */
export type CategoryGroup =
  'drugs' | 'fire' | 'noise' | 'other' | 'person_in_need' | 'theft' | 'violence' | 'womens_safety';
/**
 * How the desk stands.
 */
export type DeskWord = 'catching_up' | 'live' | 'starting' | 'stopped';
/**
 * The feeds Nightdesk reads.
 */
export type Source = 'lfb' | 'nightstars' | 'noise' | 'points' | 'sbn';
/**
 * Live; quiet (silent for longer than usual); blind (so silent that chance does not explain it).
 */
export type FeedStatus = 'blind' | 'live' | 'quiet';
/**
 * Open while its night (or, outside a night, its twelve hours) runs; closed after.
 */
export type IncidentStatus = 'closed' | 'open';
/**
 * Kinds of picture records that something writes today.
 */
export type Kind = 'feeds' | 'incidents' | 'night' | 'windows';
/**
 * An operating night is open or closed.
 */
export type NightStatus = 'closed' | 'open';

/**
 * The desk itself saw nothing from `since` to `until`: it was not running.
 */
export interface BlindGap {
  since: string;
  until: string;
}
/**
 * Between a census that began and the one that ended, both of the same offset and `by` the same teller, stood the current record of every key at that offset, but of those that are `waiting`: what is in neither, and is not newer, is no more. The one that ended names what waits: keys that stand, and whose next record is told a little later.
 */
export interface Census {
  offset: number;
  ended: boolean;
  by: string;
  waiting: never[][];
}
/**
 * How the desk stood: its clock, the journal offset it had folded up to, and what is wrong, in plain words.
 */
export interface DeskTold {
  word: DeskWord;
  at: number;
  next_offset: number;
  trouble: string | null;
}
/**
 * Quiet or blind? `usual_per_hour` is the rate at this hour; `blind_at` is when silence stops being chance.
 */
export interface FeedHealth {
  source: Source;
  status: FeedStatus;
  last_at: string | null;
  since: string;
  usual_per_hour: number;
  blind_at: string | null;
  heard_tonight: number;
  sensors: SensorHealth[];
}
/**
 * One sensor of a feed.
 */
export interface SensorHealth {
  id: string;
  status: FeedStatus;
  last_at: string | null;
}
/**
 * Tonight's incidents of one group, and what is usual by now.
 */
export interface GroupCount {
  category_group: CategoryGroup;
  count: number;
  expected: number | null;
}
/**
 * Something that happened, by one or more witnesses. Place and time are the first member's. `limit_m` and `limit_s` are the distances of fusion in force: a report within both, of the same group and from another reporter, is held to be the same incident. `seen_at` is when the last of its reports was first seen, None while one is unseen.
 */
export interface Incident {
  id: string;
  category: Category;
  category_group: CategoryGroup;
  severity: number;
  at: string;
  last_at: string;
  lat: number;
  lon: number;
  ward: string | null;
  cell: string;
  night: string | null;
  sources: Source[];
  reporters: string[];
  reports: number;
  status: IncidentStatus;
  late: boolean;
  outside_wards: boolean;
  limit_m: number;
  limit_s: number;
  members: Member[];
  seen_at: string | null;
}
/**
 * One report in an incident, and why it was held to be the same: metres and seconds from the first member. `seen_at` is when somebody first opened an incident that it was in.
 */
export interface Member {
  id: string;
  source: Source;
  reporter: string;
  category: Category;
  severity: number;
  at: string;
  received_at: string;
  lat: number;
  lon: number;
  metres: number;
  seconds: number;
  revision: number;
  late: boolean;
  clock_wrong: boolean;
  ambiguous_time: boolean;
  seen_at: string | null;
}
/**
 * One operating night: what it had so far or, once closed, in all. What comes after raises `revision`.
 */
export interface NightSummary {
  night: string;
  status: NightStatus;
  opens_at: string;
  closes_at: string;
  incidents: number;
  expected: number | null;
  reports: number;
  late: number;
  corrected: number;
  withdrawn: number;
  triggers_below_threshold: number;
  groups: GroupCount[];
  blind: BlindGap[];
  past_nights: number;
  revision: number;
}
/**
 * How many incidents of a group a place had in the minutes up to `ends_at`, and how many are usual. `place` is a ward code, a resolution-9 H3 cell, or the borough (its code, else the area's id). `span_minutes` is None for the night so far. `expected` is None under four past nights of the weekday.
 */
export interface Window {
  place: string;
  category_group: CategoryGroup;
  span_minutes: number | null;
  count: number;
  expected: number | null;
  night: string | null;
  ends_at: string;
}
/**
 * What changed from `s - 1` to `s`: records set, keys removed.
 */
export interface Delta {
  topic: string;
  e: string;
  s: number;
  t: 'delta';
  up?: {
    [k: string]: {
      [k: string]: {};
    };
  };
  del?: {
    [k: string]: string[];
  };
}
/**
 * What the client missed is no longer in the ring; a snapshot follows.
 */
export interface Gap {
  topic: string;
  e: string;
  s: number;
  t: 'gap';
}
/**
 * The topic is alive at `s`. `at` is the desk's clock; `desk` says whether the desk is itself up to date. While a desk that has just started restores, `e` and `s` are the client's own ("" and 0 for one without a picture). `why` is what is wrong with the desk or what it keeps, in plain words for people; null while all is well.
 */
export interface Heartbeat {
  topic: string;
  e: string;
  s: number;
  at: string;
  t: 'heartbeat';
  desk: 'catching_up' | 'live' | 'stopped';
  why: string | null;
}
/**
 * The server will not do that; `reason` is one of a fixed list.
 */
export interface Refused {
  reason:
    | 'not_allowed'
    | 'not_json'
    | 'too_deep'
    | 'too_fast'
    | 'too_large'
    | 'too_many_topics'
    | 'unknown_op'
    | 'unknown_topic';
  t: 'refused';
  topic: string | null;
}
/**
 * The whole state of a topic at `s`.
 */
export interface Snapshot {
  topic: string;
  e: string;
  s: number;
  state: {
    [k: string]: {
      [k: string]: {};
    };
  };
  t: 'snapshot';
}
/**
 * Follow a topic, from `seq` of `epoch` on where the ring still has it, else from a snapshot.
 */
export interface Subscribe {
  topic: string;
  op: 'subscribe';
  epoch: string | null;
  seq: number | null;
}
/**
 * Stop following a topic.
 */
export interface Unsubscribe {
  topic: string;
  op: 'unsubscribe';
}
