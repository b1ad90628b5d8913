/**
 * One line to the push server for one topic: dials, subscribes from the last epoch and seq, watches the heartbeat,
 * and dials again. It owns the picture; whoever listens gets the picture and the facts about the line.
 */
import { waitMs } from './backoff';
import { parseFrame, subscribeText, type DeskState, type ServerFrame } from './frames';
import { applyFrame, EMPTY, unfollowed, type Picture } from './picture';
import type { Line, Surroundings } from './ports';
import type { Refused } from '../types';

/** Without a frame for this long, what is shown is stale and the line is given up. */
export const SILENCE_MS = 10_000;
const ASKS_A_LINE = 3;
/** A picture says nothing until it is whole; each try that failed gives the next one twice the time, so many times. */
const DOUBLINGS_MAX = 3;

/** What the desk said of itself, and when (on the page's clock) it was heard. */
export interface Beat {
  readonly at: number;
  readonly desk: DeskState;
  /** What is wrong with the desk, in its own plain words; null while all is well. */
  readonly why: string | null;
  readonly heardAt: number;
}

export interface LineFacts {
  readonly line: 'dialling' | 'open' | 'waiting';
  /** When a frame was last heard, on the page's clock. */
  readonly heardAt: number | null;
  /** Whether this line has brought the picture up to date since it opened. */
  readonly current: boolean;
  readonly beat: Beat | null;
  readonly earlierBeat: Beat | null;
  readonly tryAt: number | null;
  /** Tries in a row that did not bring the picture up to date. */
  readonly failed: number;
  readonly refused: Refused['reason'] | null;
}

export const NO_LINE: LineFacts = {
  line: 'dialling',
  heardAt: null,
  current: false,
  beat: null,
  earlierBeat: null,
  tryAt: null,
  failed: 0,
  refused: null,
};

export type Listener = (picture: Picture, facts: LineFacts) => void;

export class Connection {
  private picture: Picture = EMPTY;
  private facts: LineFacts = NO_LINE;
  private line: Line | null = null;
  private asks = 0;
  private callOff: () => void = () => undefined;

  constructor(
    private readonly topic: string,
    private readonly world: Surroundings,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.dial();
  }

  stop(): void {
    this.callOff();
    this.drop();
  }

  /** Dials at once instead of waiting out the backoff. */
  tryNow(): void {
    if (this.facts.line === 'waiting') this.dial();
  }

  private dial(): void {
    this.say({ line: 'dialling', tryAt: null, current: false, earlierBeat: null });
    this.watch();
    // A late word from a line that was given up must not be taken for the new one's.
    const line: Line = this.world.dial({
      opened: () => this.isMine(line) && this.opened(),
      heard: (text) => this.isMine(line) && this.heard(text),
      closed: () => this.isMine(line) && this.closed(),
    });
    this.line = line;
  }

  private isMine(line: Line): boolean {
    return this.line === line;
  }

  private opened(): void {
    this.asks = 0;
    this.say({ line: 'open', refused: null });
    this.subscribe();
    this.watch();
  }

  private subscribe(): void {
    const { e, s } = this.picture;
    this.line?.send(subscribeText(this.topic, e === null ? null : { e, s }));
  }

  private heard(text: string): void {
    const frame = parseFrame(text);
    if (frame === null) return this.giveUp(); // not our server, or a broken one: start clean
    if (frame.topic !== null && frame.topic !== this.topic) return;
    const before = this.picture;
    this.picture = applyFrame(before, frame);
    this.say(this.factsAfter(frame));
    const news = before.standing !== 'lost' || frame.t === 'heartbeat'; // deltas on their way may still be old ones
    if (this.picture.standing === 'lost' && news) this.askAgain();
    if (this.facts.line === 'open') this.watch();
  }

  private factsAfter(frame: ServerFrame): Partial<LineFacts> {
    const heardAt = this.world.now();
    if (frame.t === 'refused') return { heardAt, refused: frame.reason, current: false };
    const current = this.isCurrentAfter(frame);
    const facts = { heardAt, current, failed: current ? 0 : this.facts.failed };
    if (frame.t !== 'heartbeat') return facts;
    const beat = { at: Date.parse(frame.at), desk: frame.desk, why: frame.why, heardAt };
    return { ...facts, beat, earlierBeat: this.facts.beat };
  }

  /** A snapshot is the present; after a resume only a heartbeat that agrees shows that nothing is left to come. */
  private isCurrentAfter(frame: ServerFrame): boolean {
    if (this.picture.standing !== 'following') return false; // a heartbeat that does not agree leaves it lost
    return frame.t === 'snapshot' || frame.t === 'heartbeat' || this.facts.current;
  }

  /** Something was missed: ask from where we are; if that does not help, start on a new line. */
  private askAgain(): void {
    this.asks += 1;
    if (this.asks > ASKS_A_LINE) return this.giveUp();
    this.subscribe();
  }

  /** One timer: whichever silence is next, of a dial that never opens or of a line that says nothing. */
  private watch(): void {
    this.callOff();
    this.callOff = this.world.after(this.patience(), () => this.giveUp());
  }

  private patience(): number {
    const owesPicture = this.facts.line === 'open' && this.picture.standing !== 'following';
    return SILENCE_MS * (owesPicture ? 2 ** Math.min(this.facts.failed, DOUBLINGS_MAX) : 1);
  }

  private giveUp(): void {
    this.drop();
    this.closed();
  }

  private drop(): void {
    const line = this.line;
    this.line = null;
    line?.close();
  }

  private closed(): void {
    this.line = null;
    this.callOff();
    this.picture = unfollowed(this.picture);
    const wait = waitMs(this.facts.failed, this.world.random());
    const tryAt = this.world.now() + wait;
    this.say({ line: 'waiting', current: false, failed: this.facts.failed + 1, tryAt });
    this.callOff = this.world.after(wait, () => this.dial());
  }

  private say(facts: Partial<LineFacts>): void {
    this.facts = { ...this.facts, ...facts };
    this.listener(this.picture, this.facts);
  }
}
