/** The one store of a page: the picture, the facts about the line, and the page's own clock. */
import { Connection, NO_LINE, type LineFacts } from './connection';
import { EMPTY, type Picture } from './picture';
import { browserSurroundings, type Surroundings } from './ports';
import type { FeedHealth, Incident, NightSummary, Window as CountWindow } from '../types';

/** A busy desk sends many frames a second; the page draws at most this often. */
const DRAW_MS = 100;
const TICK_MS = 1_000;

export class Live {
  picture: Picture = $state.raw(EMPTY);
  facts: LineFacts = $state.raw(NO_LINE);
  /** The page's own clock, moved on once a second and whenever something is heard. */
  now: number = $state(performance.now());

  readonly incidents = $derived(this.records<Incident>('incidents'));
  readonly windows = $derived(this.records<CountWindow>('windows'));
  readonly feeds = $derived(this.records<FeedHealth>('feeds'));
  readonly nights = $derived(this.records<NightSummary>('night'));

  private readonly connection: Connection;
  private heard: { picture: Picture; facts: LineFacts } | null = null;

  constructor(topic: string, address: string) {
    const world: Surroundings = browserSurroundings(address);
    this.connection = new Connection(topic, world, (picture, facts) => this.take(picture, facts));
  }

  /** Follows the desk until called off. */
  start(): () => void {
    const ticking = setInterval(() => (this.now = performance.now()), TICK_MS);
    const again = (): void => this.connection.tryNow();
    addEventListener('online', again);
    this.connection.start();
    return () => {
      clearInterval(ticking);
      removeEventListener('online', again);
      this.connection.stop();
    };
  }

  tryNow(): void {
    this.connection.tryNow();
  }

  private take(picture: Picture, facts: LineFacts): void {
    if (this.heard === null) setTimeout(() => this.draw(), DRAW_MS);
    this.heard = { picture, facts };
  }

  private draw(): void {
    if (this.heard === null) return;
    this.picture = this.heard.picture;
    this.facts = this.heard.facts;
    this.heard = null;
    this.now = performance.now();
  }

  private records<Item>(kind: string): Item[] {
    // The schemas of the socket's frames are held on the server's side, by its own tests.
    return Object.values(this.picture.state[kind] ?? {}) as Item[];
  }
}
