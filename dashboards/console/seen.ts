/** Tells the desk, once, that somebody here has looked at what an incident is made of: a report that joins it is news again. */
import type { Rest } from '../shared/rest';
import type { Incident } from '../shared/types';
import { seenAt } from './views/history';

export class SeenTeller {
  private readonly told = new Set<string>();

  constructor(private readonly rest: Pick<Rest, 'seen'>) {}

  /** What somebody else has seen need not be told; what could not be told is told when it is opened again. */
  async tell(incident: Incident): Promise<void> {
    const what = lookedAt(incident);
    if (this.told.has(what) || seenAt(incident) !== null) return;
    this.told.add(what);
    const answer = await this.rest.seen(incident.id, new AbortController().signal); // what was looked at stays so
    if (answer.is !== 'ok') this.told.delete(what);
  }
}

/** The incident and its reports, as one text. */
export function lookedAt({ id, members }: Incident): string {
  return [id, ...members.map((member) => member.id)].join(' ');
}
