/** Keeps sending while anything waits: one round at a time, the next when it is due or when a line comes. */
import type { Round, Sender } from './sender';

export interface Timers {
  now(): number;
  /** Runs `act` after `ms`; the answer calls it off. */
  after(ms: number, act: () => void): () => void;
}

export class Loop {
  private running = false;
  /** Asked while a round ran: one more follows, at once or as due. */
  private asked: 'at_once' | 'as_due' | null = null;
  private callOff: () => void = () => undefined;

  constructor(
    private readonly sender: Sender,
    private readonly timers: Timers,
    private readonly ended: (round: Round) => Promise<void>,
  ) {}

  /** `atOnce`: whatever the waits are. Many calls are one round, or two. */
  async wake(atOnce: boolean): Promise<void> {
    if (this.running) {
      if (this.asked !== 'at_once') this.asked = atOnce ? 'at_once' : 'as_due';
      return;
    }
    this.running = true;
    this.callOff();
    try {
      await this.rounds(atOnce);
    } finally {
      this.running = false;
    }
  }

  private async rounds(atOnce: boolean): Promise<void> {
    let next: 'at_once' | 'as_due' | null = atOnce ? 'at_once' : 'as_due';
    let round: Round = 'idle';
    while (next !== null) {
      this.asked = null;
      round = await this.sender.round(next === 'at_once');
      await this.ended(round);
      next = this.asked;
    }
    if (round !== 'signed_out') await this.plan();
  }

  private async plan(): Promise<void> {
    const at = await this.sender.nextAt();
    if (at === null) return;
    const wait = Math.max(0, at - this.timers.now());
    this.callOff = this.timers.after(wait, () => void this.wake(false));
  }
}
