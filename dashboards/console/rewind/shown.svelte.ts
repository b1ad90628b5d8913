/** The one picture that every panel and the map show: the present, or the night as it looked at `at`. */
import type { Live } from '../../shared/live/live.svelte';
import type { FeedHealth, Incident, NightSummary, Window as CountWindow } from '../../shared/types';
import type { State } from './loader';
import type { Rewind } from './rewind.svelte';

export class Shown {
  /** The past picture on the page, the same object until another is shown. */
  private readonly then = $derived.by(() => this.rewind.played.shown);

  /** When it looked like this; null for the present. */
  readonly at: Date | null = $derived.by(() =>
    this.then === null ? null : new Date(this.then.at),
  );
  readonly incidents = $derived.by(() =>
    this.then === null ? this.live.incidents : records<Incident>(this.then.state, 'incidents'),
  );
  readonly windows = $derived.by(() =>
    this.then === null ? this.live.windows : records<CountWindow>(this.then.state, 'windows'),
  );
  readonly feeds = $derived.by(() =>
    this.then === null ? this.live.feeds : records<FeedHealth>(this.then.state, 'feeds'),
  );
  readonly nights = $derived.by(() =>
    this.then === null ? this.live.nights : records<NightSummary>(this.then.state, 'night'),
  );

  constructor(
    private readonly live: Live,
    private readonly rewind: Rewind,
  ) {}
}

function records<Item>(state: State, kind: string): Item[] {
  return Object.values(state[kind] ?? {}) as Item[];
}
