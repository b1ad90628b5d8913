/** What is odd about an incident's times and places, in words: never a code, never a colour alone. */
import { ageWords } from '../../shared/words/ages';
import type { Incident, Member } from '../../shared/types';

/** Short, for a row of the list. */
export function flagsOf(incident: Incident): string[] {
  const { members } = incident;
  return [
    incident.late && 'told late',
    members.some((member) => member.clock_wrong) && 'a clock was wrong',
    members.some((member) => member.ambiguous_time) && 'hour came twice',
    members.some((member) => member.revision > 0) && 'corrected',
    incident.outside_wards && 'moved to the nearest ward',
  ].filter((flag) => flag !== false);
}

/** In full, for the detail: what was seen, and what was done about it. */
export function flagSentences(incident: Incident, wardName: string): string[] {
  const { members } = incident;
  const late = members.filter((member) => member.late);
  return [
    late.length > 0 && `Told late: ${lateness(late)} after it happened.`,
    members.some((member) => member.clock_wrong) &&
      'A sender’s clock was ahead of ours; the time it arrived stands in place of the time it gave.',
    members.some((member) => member.ambiguous_time) &&
      'The clocks went back: this hour came twice, and the report did not say which was meant.',
    incident.outside_wards &&
      `The point given lies in no ward. It is counted in the nearest, ${wardName}.`,
  ].filter((sentence) => sentence !== false);
}

function lateness(late: readonly Member[]): string {
  return ageWords(Math.max(...late.map((m) => Date.parse(m.received_at) - Date.parse(m.at))));
}
