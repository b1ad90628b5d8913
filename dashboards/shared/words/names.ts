/** What things are called on the page: feeds, groups, categories, places and who told us. */
import type { Config } from '../config';
import type { Member, Source } from '../types';

export const SOURCES: readonly Source[] = ['sbn', 'nightstars', 'lfb', 'noise', 'points'];

interface SourceWords {
  /** On its own. */
  readonly name: string;
  /** Where there is little room. */
  readonly short: string;
}

const SOURCE_WORDS: Record<Source, SourceWords> = {
  sbn: { name: 'Businesses', short: 'Venues' },
  nightstars: { name: 'Night Stars', short: 'Stars' },
  lfb: { name: 'Fire Brigade', short: 'Fire' },
  noise: { name: 'Cameras', short: 'Cameras' },
  points: { name: 'Points file', short: 'Points' },
};

export function sourceName(source: Source): string {
  return SOURCE_WORDS[source].name;
}

export function sourceShort(source: Source): string {
  return SOURCE_WORDS[source].short;
}

/** Map letters of the design; a group that the configuration does not name is other. */
export function groupLetter(config: Config, group: string): string {
  return config.groups[group]?.letter ?? 'O';
}

export function groupLabel(config: Config, group: string): string {
  return config.groups[group]?.label ?? inWords(group);
}

export function categoryLabel(config: Config, category: string): string {
  return config.categories[category] ?? inWords(category);
}

export function wardName(config: Config, ward: string | null): string {
  if (ward === null) return `Somewhere in ${config.area.name}`;
  return config.wards[ward] ?? ward;
}

/** Who told us, by name where the configuration knows one: a venue, a team, a camera; else the feed. */
export function reporterName(config: Config, told: Pick<Member, 'reporter' | 'source'>): string {
  const id = told.reporter.slice(told.reporter.lastIndexOf(':') + 1);
  const known = config.venues[id] ?? config.cameras[id] ?? config.teams[id];
  if (known === undefined) return sourceName(told.source);
  return told.source === 'noise' ? `${known} camera` : known;
}

const ROLE_WORDS: Record<string, string> = {
  operations: 'operations',
  lead: 'the duty lead',
  business: 'a business',
  haven: 'a safe haven',
  nightstars: 'Night Stars',
  group: 'the fortnightly group',
  protect: 'Protect',
  safeguard: 'safeguarding',
  dataprotection: 'data protection',
  feed: 'a feed',
  admin: 'an administrator',
};

/** As whom somebody signed in. */
export function roleName(role: string): string {
  return ROLE_WORDS[role] ?? role;
}

const SEVERITIES = [
  'just record it',
  'look tonight',
  'look now',
  'somebody is being hurt',
] as const;

/** The words for each severity a report may have, as its reporter chose them. */
export function severityWords(severity: number): string {
  return SEVERITIES[severity - 1] ?? SEVERITIES[0];
}

/** An id as words: "theft_from_person" is "Theft from person". */
export function inWords(id: string): string {
  const text = id.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
