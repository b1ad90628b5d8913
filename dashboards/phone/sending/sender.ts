/** Sends what waits, in order, one at a time, until it is taken or refused; a report's changes follow the report. */
import { waitMs } from '../../shared/live/backoff';
import type { Post } from '../keeping/records';
import type { Holdings, Pocket } from '../keeping/pocket';
import type { Exchange } from './exchange';
import { outcomeOf, type Outcome } from './rules';

export interface Surroundings {
  now(): number;
  random(): number;
}

/** What a round came to: signed out, no line, or all that could go is gone. */
export type Round = 'idle' | 'signed_out' | 'no_line';

export class Sender {
  constructor(
    private readonly pocket: Pocket,
    private readonly exchange: Exchange,
    private readonly around: Surroundings,
  ) {}

  /** One round over all that is due. `atOnce`: somebody asked, or a line has come: waits do not count. */
  async round(atOnce: boolean): Promise<Round> {
    const first = await this.pocket.holdings();
    if (!first.posts.some(({ state }) => state === 'waiting')) return 'idle';
    const who = await this.exchange.who();
    if (who.is === 'no_line') return this.noLine(first);
    if (who.is === 'signed_out' || who.role !== 'business') return 'signed_out';
    return this.sendAll(who.subject ?? '', atOnce);
  }

  /** When the next try is due; null when nothing waits for this venue. */
  async nextAt(): Promise<number | null> {
    const ready = sendable(await this.pocket.holdings(), null);
    return ready.length === 0 ? null : Math.min(...ready.map((post) => post.not_before));
  }

  private async sendAll(venue: string, atOnce: boolean): Promise<Round> {
    const tried = new Set<string>();
    for (;;) {
      const held = await this.pocket.holdings();
      const now = this.around.now();
      const post = sendable(held, venue).find(
        ({ key, not_before }) => !tried.has(key) && (atOnce || not_before <= now),
      );
      if (post === undefined) return 'idle';
      tried.add(post.key);
      const outcome = await this.send(post, idOf(held, post));
      if (outcome.is === 'signed_out') return 'signed_out';
    }
  }

  private async send(post: Post, id: string | null): Promise<Outcome> {
    const answer = await this.exchange.send(post, id);
    const outcome = await outcomeOf(answer, this.around.now());
    if (outcome.is === 'taken') await this.pocket.taken(post, outcome.receipt);
    if (outcome.is === 'refused') await this.pocket.refused(post, outcome.why);
    if (outcome.is === 'again') await this.later(post, outcome.retryAfterMs);
    return outcome;
  }

  /** Nothing answers: each that could have gone counts a try and waits. */
  private async noLine(held: Holdings): Promise<Round> {
    const now = this.around.now();
    for (const post of sendable(held, null)) {
      if (post.not_before <= now) await this.later(post, 0);
    }
    return 'no_line';
  }

  private later(post: Post, retryAfterMs: number): Promise<void> {
    const wait = Math.max(waitMs(post.tries, this.around.random()), retryAfterMs);
    return this.pocket.waits(post, this.around.now() + wait);
  }
}

/** The oldest waiting post of each report, where the report has what it needs. `venue` null: any. */
function sendable({ posts, reports }: Holdings, venue: string | null): Post[] {
  const begun = new Set<string>();
  const first = posts.filter(({ state, report }) => {
    if (state !== 'waiting' || begun.has(report)) return false;
    begun.add(report);
    return true;
  });
  const known = new Set(reports.map(({ key }) => key));
  return first.filter((post) => known.has(post.report) && (venue ?? post.venue) === post.venue);
}

function idOf({ reports }: Holdings, post: Post): string | null {
  return reports.find(({ key }) => key === post.report)?.receipt?.id ?? null;
}
