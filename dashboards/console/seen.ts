/** Tells the desk, once for each incident, that somebody here has looked at it. */
import type { Rest } from '../shared/rest';

export class SeenTeller {
  private readonly told = new Set<string>();

  constructor(private readonly rest: Pick<Rest, 'seen'>) {}

  /** One that could not be told is told when it is opened again. */
  async tell(incident: string): Promise<void> {
    if (this.told.has(incident)) return;
    this.told.add(incident);
    const answer = await this.rest.seen(incident, new AbortController().signal); // what was looked at stays so
    if (answer.is !== 'ok') this.told.delete(incident);
  }
}
