/** What a reporter may choose, in the words of the door: what happened, how bad it is, what help is needed. */
import type { Help, ReportBody, Severity } from '../keeping/records';

export interface Choice<Value> {
  value: Value;
  label: string;
  /** What choosing it means. */
  means?: string;
}

export const GROUPS: { title: string; choices: Choice<string>[] }[] = [
  {
    title: 'Somebody is hurt or at risk',
    choices: [
      { value: 'serious_violence', label: 'Serious violence' },
      { value: 'weapon', label: 'Weapon' },
      { value: 'spiking', label: 'Spiking' },
      { value: 'sexual_assault', label: 'Sexual assault' },
      { value: 'person_in_danger', label: 'Person in danger' },
      { value: 'fire', label: 'Fire' },
    ],
  },
  {
    title: 'Somebody needs help',
    choices: [
      { value: 'vulnerable_person', label: 'Vulnerable person' },
      { value: 'ask_for_angela', label: 'Ask for Angela' },
      { value: 'harassment', label: 'Harassment or following' },
      { value: 'violence_against_staff', label: 'Staff hit or abused' },
      { value: 'public_order', label: 'Fight or disorder' },
      { value: 'hidden_harm', label: 'Being exploited' },
    ],
  },
  {
    title: 'Something else',
    choices: [
      { value: 'theft', label: 'Theft' },
      { value: 'drugs', label: 'Drugs' },
      { value: 'suspicious_behaviour', label: 'Acting suspiciously' },
      { value: 'damage', label: 'Damage' },
      { value: 'noise', label: 'Noise' },
    ],
  },
];

/** Behind "Other": one more tap. */
export const OTHERS: Choice<string>[] = [
  { value: 'theft_from_person', label: 'Theft from a person' },
  { value: 'asb', label: 'Anti-social behaviour' },
  { value: 'pedicab', label: 'Pedicab' },
  { value: 'other', label: 'None of these' },
];

export const SEVERITIES: Choice<Severity>[] = [
  { value: 4, label: 'Somebody is being hurt', means: 'First on the desk’s list' },
  { value: 3, label: 'Look now', means: 'It is happening' },
  { value: 2, label: 'Look tonight', means: 'Before closing' },
  { value: 1, label: 'Just record it', means: 'Nobody is sent' },
];

export const HELPS: Choice<Help>[] = [
  { value: 'staff_now', label: 'Staff here now' },
  { value: 'safe_place', label: 'A safe place for somebody' },
  { value: 'advice', label: 'Advice by phone' },
  { value: 'none', label: 'None' },
];

/** What the desk says too; here it is shown at once, with no signal. */
const ADVICE: Record<string, string[]> = {
  suspicious_behaviour: [
    'Anti-terrorist hotline: 0800 789 321. In danger, or happening now: call 999.',
  ],
  hidden_harm: ['Modern slavery helpline: 08000 121 700.'],
};

const WHAT = new Map(
  [...GROUPS.flatMap(({ choices }) => choices), ...OTHERS].map(({ value, label }) => [
    value,
    label,
  ]),
);

export function whatWords(category: string): string {
  const spelled = category.replaceAll('_', ' ');
  return WHAT.get(category) ?? spelled.charAt(0).toUpperCase() + spelled.slice(1);
}

export function badWords(severity: number): string {
  return SEVERITIES.find(({ value }) => value === severity)?.label ?? 'Not known';
}

export function helpWords(help: string): string {
  return HELPS.find(({ value }) => value === help)?.label ?? 'Not known';
}

/** Lines with a number to ring other than 999, which stands on top of every screen; the desk's own, where it has any. */
export function adviceOn(body: ReportBody, told: readonly string[] | undefined): readonly string[] {
  const lines = (told ?? []).filter((line) =>
    partsOf(line).some(({ rings }) => rings !== null && rings !== '999'),
  );
  return lines.length > 0 ? lines : (ADVICE[body.category] ?? []);
}

export interface Part {
  text: string;
  /** A number to ring, as digits. */
  rings: string | null;
}

/** A line cut at its telephone numbers, so that a tap rings them. */
export function partsOf(line: string): Part[] {
  return line
    .split(/(\b0\d{2,4}(?: \d{3,4}){1,3}\b|\b999\b)/)
    .filter((text) => text !== '')
    .map((text) => ({
      text,
      rings: /^(?:0[\d ]+|999)$/.test(text) ? text.replaceAll(' ', '') : null,
    }));
}
