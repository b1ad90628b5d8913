/** The phone page's state: what is kept, as it changes, and what can be done with it. */
import { changedOf } from './changed';
import type { Draft } from './draft.svelte';
import { PocketFull, type Pocket } from './keeping/pocket';
import type { Kept, Post, Receipt, ReportBody } from './keeping/records';
import type { Premises, WhoseAnswer } from './premises';
import { isPremises } from './premises';
import type { Exchange } from './sending/exchange';
import { Loop, type Timers } from './sending/loop';
import { receiptOf } from './sending/rules';
import { Sender } from './sending/sender';
import { wallClock, type WallClock } from '../shared/words/clock';

/** Open reports asked after in one look. */
const ASKED_MAX = 5;
const SOON_MS = 2_000;
const LATER_MS = 15_000;
const SOON_FOR_MS = 180_000;
/** Nothing more becomes of these. */
const ENDED: readonly Receipt['status'][] = ['withdrawn', 'refused'];

/** Why nothing can be reported here; null: it can. */
export type Gate = 'opening' | 'sign_in' | 'never_signed_in' | { role: string } | null;

export class Phone {
  reports: Kept[] = $state.raw([]);
  posts: Post[] = $state.raw([]);
  premises: Premises | null = $state.raw(null);
  gate: Gate = $state.raw('opening');
  signedOut = $state(false);
  noLine = $state(false);
  now = $state(Date.now());
  /** What this phone could not keep, in words; null: all is kept. */
  notKept: string | null = $state(null);

  private readonly loop: Loop;
  private readonly others = new BroadcastChannel('nightdesk-phone');

  constructor(
    readonly pocket: Pocket,
    readonly draft: Draft,
    private readonly exchange: Exchange,
    private readonly whose: (kept: Premises | null) => Promise<WhoseAnswer>,
    private readonly timers: Timers,
  ) {
    const around = { now: () => timers.now(), random: () => Math.random() };
    this.loop = new Loop(new Sender(pocket, exchange, around), timers, async (round) => {
      this.noLine = round === 'no_line';
      if (round === 'signed_out') this.signedOut = true;
      await this.changed();
    });
    this.others.onmessage = () => void this.refresh();
  }

  /** This venue's, and what still waits on this phone for another. */
  get mine(): Kept[] {
    const venue = this.premises?.venue;
    return this.reports.filter((kept) => kept.venue === venue || kept.receipt === null);
  }

  get clock(): WallClock {
    return wallClock(this.premises?.timeZone ?? 'Europe/London');
  }

  /** Shows what is kept, then asks the desk whose phone this is, sends, and looks after receipts. */
  async start(): Promise<void> {
    const kept = await this.pocket.recall('premises');
    await this.refresh();
    if (isPremises(kept)) [this.premises, this.gate] = [kept, null];
    this.tick();
    await this.greet();
    this.look();
  }

  /** The line may be back, or somebody wants it now. */
  async tryNow(): Promise<void> {
    await this.greet();
  }

  async send(): Promise<string | null> {
    const { draft, premises } = this;
    const tap = draft.fields.firstTapAt ?? this.timers.now();
    const body = draft.body(premises?.replay ? null : this.timers.now());
    if (premises === null || body === null) return null;
    const { correcting } = draft.fields;
    return this.keep(async () => {
      const key = correcting ?? (await this.saveNew(premises.venue, body, tap));
      if (correcting !== null) await this.saveChange(correcting, body);
      draft.clear();
      return key;
    });
  }

  withdraw(key: string): Promise<string | null> {
    return this.keep(async () => {
      await this.pocket.withdraw(key);
      return key;
    });
  }

  /** Nobody needs help any more: a change like any other. */
  safeNow(key: string): Promise<string | null> {
    return this.keep(async () => {
      await this.pocket.correct(key, { help_needed: 'none' });
      return key;
    });
  }

  async discard(key: string): Promise<void> {
    await this.pocket.discard(key);
    await this.changed();
  }

  async dropPost(key: string): Promise<void> {
    await this.pocket.dropPost(key);
    await this.changed();
  }

  private async saveNew(venue: string, body: ReportBody, tap: number): Promise<string> {
    return (await this.pocket.save(venue, body, this.timers.now() - tap)).key;
  }

  private async saveChange(key: string, body: ReportBody): Promise<void> {
    const was = this.reports.find((kept) => kept.key === key)?.body;
    const changed = was === undefined ? body : changedOf(was, body);
    if (Object.keys(changed).length > 0) await this.pocket.correct(key, changed);
  }

  /** Says so when the phone keeps nothing: the reporter must know, and not at the next shift. */
  private async keep(act: () => Promise<string>): Promise<string | null> {
    try {
      const key = await act();
      this.notKept = null;
      await this.changed();
      void this.loop.wake(true);
      return key;
    } catch (error) {
      this.notKept =
        error instanceof PocketFull
          ? 'Too many reports wait on this phone. Use your radio.'
          : 'This phone could not keep the report. Use your radio.';
      return null;
    }
  }

  private async greet(): Promise<void> {
    const answer = await this.whose(this.premises);
    this.noLine = answer.is === 'no_line';
    this.signedOut = answer.is === 'signed_out' || answer.is === 'other';
    if (answer.is === 'venue') await this.belongsTo(answer.premises);
    else if (answer.is === 'other') this.gate = { role: answer.role };
    else if (this.premises === null) {
      this.gate = answer.is === 'signed_out' ? 'sign_in' : 'never_signed_in';
    }
    await this.loop.wake(true);
  }

  private async belongsTo(premises: Premises): Promise<void> {
    [this.premises, this.gate] = [premises, null];
    await this.pocket.remember('premises', premises);
    if ((await this.pocket.entries(premises.venue)).length > 0) return;
    const receipts = await this.exchange.receipts();
    if (receipts !== null && (await this.pocket.restore(premises.venue, receipts))) {
      await this.changed();
    }
  }

  private async changed(): Promise<void> {
    await this.refresh();
    this.others.postMessage('changed');
  }

  private async refresh(): Promise<void> {
    const { reports, posts } = await this.pocket.holdings();
    [this.reports, this.posts] = [reports, posts];
  }

  private tick(): void {
    this.now = this.timers.now();
    this.timers.after(1_000, () => this.tick());
  }

  /** Asks after reports that nobody has seen, while somebody looks at this page. */
  private look(askedAt = 0): void {
    this.timers.after(SOON_MS, () => {
      const now = this.timers.now();
      const open = this.mine.filter(isOpen).slice(0, ASKED_MAX);
      const isSoon = open.some(({ sent_at }) => now - Date.parse(sent_at ?? '') < SOON_FOR_MS);
      const isDue = isSoon || now - askedAt >= LATER_MS;
      if (!isDue || this.signedOut || document.visibilityState !== 'visible') {
        return this.look(askedAt);
      }
      void this.ask(open).finally(() => this.look(now));
    });
  }

  private async ask(open: Kept[]): Promise<void> {
    for (const { key, receipt } of open) {
      const answer = receipt === null ? null : await this.exchange.receipt(receipt.id);
      if (answer?.status === 401) this.signedOut = true;
      const told = answer?.ok ? await receiptOf(answer) : null;
      if (told !== null) await this.pocket.hear(key, told);
    }
    if (open.length > 0) await this.refresh();
  }
}

/** Something may still become of it. */
function isOpen({ receipt }: Kept): boolean {
  return receipt !== null && receipt.seen_at === null && !ENDED.includes(receipt.status);
}
