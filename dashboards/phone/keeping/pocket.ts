/** All that this phone keeps, and the only place that changes it: each change is one transaction. */
import { derived, receivedSaid, sealed, type Line } from '../sealing/chain';
import { inOne, openDatabase, type Work } from './database';
import type { Entry, EntryKind, Kept, Post, PostKind, Receipt, ReportBody, Said } from './records';

/** What may wait to be sent; beyond it a report is refused aloud rather than lost. */
export const WAITING_MAX = 200;
/** Reports shown and asked after; older ones stay in the log alone. */
export const REPORTS_MAX = 200;

export class PocketFull extends Error {}

export interface Holdings {
  reports: Kept[];
  posts: Post[];
}

export interface Tools {
  now(): Date;
  newKey(): string;
}

export class Pocket {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly tools: Tools,
  ) {}

  static async open(factory: IDBFactory, tools: Tools, name?: string): Promise<Pocket> {
    return new Pocket(await openDatabase(factory, name), tools);
  }

  /** A report, its post and its line in the log: all three or none. */
  save(venue: string, body: ReportBody, tappedMs: number): Promise<Kept> {
    return this.write(async (work) => {
      const made_at = this.stamp();
      const key = this.tools.newKey();
      const kept: Kept = {
        key,
        venue,
        body,
        made_at,
        tapped_ms: tappedMs,
        sent_at: null,
        receipt: null,
      };
      work.put('reports', kept);
      await this.post(work, kept, 'report', body, key);
      await this.log(work, kept, 'report', saidOf(body));
      await letGo(work);
      return kept;
    });
  }

  /** Only the fields that changed. The report shows them once the desk has taken them. */
  correct(key: string, changed: Partial<ReportBody>): Promise<void> {
    return this.change(key, async (work, kept) => {
      await this.post(work, kept, 'correction', changed);
      await this.log(work, kept, 'correction', saidOf(changed));
    });
  }

  withdraw(key: string): Promise<void> {
    return this.change(key, async (work, kept) => {
      await this.post(work, kept, 'withdrawal', {});
      await this.log(work, kept, 'withdrawal', {});
    });
  }

  /** Words for the premises' log alone; they are not sent. */
  addToLog(key: string, words: string): Promise<void> {
    return this.change(key, (work, kept) => this.log(work, kept, 'addition', { words }));
  }

  /** The desk took a post; `receipt` is its answer. */
  taken(post: Post, receipt: Receipt): Promise<void> {
    return this.change(post.report, async (work, kept) => {
      work.delete('posts', post.key);
      const first = kept.receipt === null;
      const body = { ...kept.body, ...post.body };
      work.put('reports', { ...kept, body, receipt, sent_at: kept.sent_at ?? this.stamp() });
      if (first) await this.log(work, kept, 'received', receivedSaid(receipt));
    });
  }

  /** A later answer for a report: nothing of the log. */
  hear(key: string, receipt: Receipt): Promise<void> {
    return this.change(key, async (work, kept) => work.put('reports', { ...kept, receipt }));
  }

  /** A try that failed: the post waits on. */
  waits(post: Post, not_before: number): Promise<void> {
    return this.write(async (work) => {
      const now = await work.get('posts', post.key);
      if (now !== undefined) work.put('posts', { ...now, tries: now.tries + 1, not_before });
    });
  }

  /** The desk will never take it. What was to follow a refused report is refused with it. */
  refused(post: Post, refusal: string): Promise<void> {
    return this.write(async (work) => {
      for (const other of await work.all('posts')) {
        const follows = post.kind === 'report' && other.report === post.report;
        if (other.key === post.key || follows) {
          work.put('posts', { ...other, state: 'refused', refusal });
        }
      }
    });
  }

  /** Takes note of a refused change; the report stands as the desk has it. */
  dropPost(key: string): Promise<void> {
    return this.write(async (work) => work.delete('posts', key));
  }

  /** Forgets a report that was refused; its lines in the log stay. */
  discard(key: string): Promise<void> {
    return this.write(async (work) => {
      work.delete('reports', key);
      for (const post of await work.all('posts')) {
        if (post.report === key) work.delete('posts', post.key);
      }
    });
  }

  /** Fills an empty phone from the desk's receipts; a phone that has a log keeps it as it is. */
  restore(venue: string, receipts: readonly Receipt[]): Promise<boolean> {
    return this.write(async (work) => {
      if ((await work.lastEntry(venue)) !== null) return false;
      for (const entry of derived(venue, receipts)) work.put('log', entry);
      for (const receipt of receipts.slice(0, REPORTS_MAX)) {
        work.put('reports', keptOf(venue, receipt));
      }
      return true;
    });
  }

  holdings(): Promise<Holdings> {
    return inOne(this.database, 'readonly', async (work) => {
      const reports = await work.all('reports');
      const posts = await work.all('posts');
      const byAge = (one: { made_at: string }, other: { made_at: string }): number =>
        one.made_at.localeCompare(other.made_at);
      return { reports: reports.sort(byAge).reverse(), posts: posts.sort(byAge) };
    });
  }

  entries(venue: string): Promise<Entry[]> {
    return inOne(this.database, 'readonly', (work) => work.entries(venue));
  }

  async recall(name: string): Promise<unknown> {
    const found = await inOne(this.database, 'readonly', (work) => work.get('small', name));
    return found?.value;
  }

  remember(name: string, value: unknown): Promise<void> {
    return this.write(async (work) => work.put('small', { name, value }));
  }

  private write<T>(act: (work: Work) => Promise<T>): Promise<T> {
    return inOne(this.database, 'readwrite', act);
  }

  private change(key: string, act: (work: Work, kept: Kept) => Promise<void>): Promise<void> {
    return this.write(async (work) => {
      const kept = await work.get('reports', key);
      if (kept !== undefined) await act(work, kept);
    });
  }

  private async post(
    work: Work,
    kept: Kept,
    kind: PostKind,
    body: Partial<ReportBody>,
    key = this.tools.newKey(),
  ): Promise<void> {
    const waiting = (await work.all('posts')).filter((post) => post.state === 'waiting');
    if (waiting.length >= WAITING_MAX) throw new PocketFull(`${WAITING_MAX} wait to be sent`);
    const made_at = this.stamp();
    const { key: report, venue } = kept;
    const fresh = { tries: 0, state: 'waiting', not_before: 0, refusal: null } as const;
    work.put('posts', { key, report, venue, kind, body, made_at, ...fresh });
  }

  private async log(work: Work, kept: Kept, kind: EntryKind, said: Said): Promise<void> {
    const last = await work.lastEntry(kept.venue);
    const line: Line = {
      venue: kept.venue,
      written_at: this.stamp(),
      kind,
      report: kept.key,
      said,
    };
    work.put('log', sealed(last, line));
  }

  private stamp(): string {
    return this.tools.now().toISOString();
  }
}

/** The oldest reports that wait for nothing go when there are too many; the log keeps their lines. */
async function letGo(work: Work): Promise<void> {
  const reports = (await work.all('reports')).sort((one, other) =>
    one.made_at.localeCompare(other.made_at),
  );
  const busy = new Set((await work.all('posts')).map((post) => post.report));
  const idle = reports.filter(({ key }) => !busy.has(key));
  for (const { key } of idle.slice(0, Math.max(0, reports.length - REPORTS_MAX))) {
    work.delete('reports', key);
  }
}

function saidOf(body: Partial<ReportBody>): Said {
  const { position, ...rest } = body;
  return position === undefined ? rest : { ...rest, lat: position.lat, lon: position.lon };
}

function keptOf(venue: string, receipt: Receipt): Kept {
  const { id, category, severity, help_needed, at, received_at } = receipt;
  return {
    key: id,
    venue,
    body: {
      category,
      severity: severity as ReportBody['severity'],
      help_needed: help_needed as ReportBody['help_needed'],
      occurred_at: at,
    },
    made_at: received_at,
    tapped_ms: null,
    sent_at: received_at,
    receipt,
  };
}
