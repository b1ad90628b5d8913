/** The report API of the contract, in memory, for tests: the desk's own takes its place where a whole desk runs. */
import type { Receipt, ReportBody } from './keeping/records';

export interface Asked {
  method: string;
  path: string;
  key: string | null;
  body: Partial<ReportBody>;
}

export interface Said {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

interface Known {
  text: string;
  receipt: Receipt;
}

const REPORTS = '/api/v1/reports';
const REQUIRED = ['category', 'severity', 'help_needed'] as const;
const ADVICE: Record<string, string[]> = {
  suspicious_behaviour: ['Anti-terrorist hotline: 0800 789 321. Call 999 if it is immediate.'],
  hidden_harm: ['Modern slavery helpline: 08000 121 700.'],
};

export class FakeReports {
  /** One a report, however often it was posted. */
  readonly receipts: Receipt[] = [];
  private readonly byKey = new Map<string, Known>();

  constructor(private readonly now: () => Date = () => new Date()) {}

  answer(asked: Asked): Said {
    const [id, ending] = asked.path.slice(REPORTS.length + 1).split('/');
    if (asked.method === 'GET') return id ? this.one(id) : ok({ items: this.newest(), next: null });
    const known = this.byKey.get(asked.key ?? '');
    const text = JSON.stringify([asked.path, asked.body]);
    if (known !== undefined) {
      return known.text === text ? ok(known.receipt) : refusal(422, 'conflict', 'Another body.');
    }
    return id ? this.change(id, ending ?? '', asked, text) : this.take(asked, text);
  }

  /** As when somebody at operations opens its incident. */
  see(id: string): void {
    this.update(id, { seen_at: this.stamp(), status: 'seen' });
  }

  private take(asked: Asked, text: string): Said {
    const missing = REQUIRED.find((field) => asked.body[field] === undefined);
    if (missing !== undefined) return refusal(422, 'not_understood', `${missing}: is missing.`);
    const id = `r${this.receipts.length + 1}`;
    const { category = '', severity = 1, help_needed = 'none', occurred_at } = asked.body;
    const now = this.stamp();
    this.receipts.push({
      id,
      status: 'received',
      revision: 0,
      category,
      severity,
      help_needed,
      at: occurred_at ?? now,
      received_at: now,
      seen_at: null,
      incident: `incident-${id}`,
      unseen_after_s: 60,
      advice: ADVICE[category] ?? [],
    });
    return this.known(asked, text, id, 201);
  }

  private change(id: string, ending: string, asked: Asked, text: string): Said {
    const receipt = this.receipts.find((one) => one.id === id);
    if (receipt === undefined) return refusal(404, 'not_found', 'Nothing is there.');
    const withdrawal = ending === 'withdrawal';
    const { words: _words, occurred_at, position: _position, ...rest } = asked.body;
    this.update(id, {
      ...rest,
      ...(occurred_at === undefined ? {} : { at: occurred_at }),
      status: withdrawal ? 'withdrawn' : 'corrected',
      revision: receipt.revision + 1,
    });
    return this.known(asked, text, id, 200);
  }

  private known(asked: Asked, text: string, id: string, status: number): Said {
    const receipt = this.receipts.find((one) => one.id === id);
    if (receipt === undefined) throw new Error(`no receipt ${id}`);
    if (asked.key !== null) this.byKey.set(asked.key, { text, receipt });
    return { ...ok(receipt), status, headers: { location: `${REPORTS}/${id}` } };
  }

  private one(id: string): Said {
    const receipt = this.receipts.find((one) => one.id === id);
    return receipt === undefined ? refusal(404, 'not_found', 'Nothing is there.') : ok(receipt);
  }

  private newest(): Receipt[] {
    return [...this.receipts].reverse();
  }

  private update(id: string, changed: Partial<Receipt>): void {
    const at = this.receipts.findIndex((one) => one.id === id);
    const receipt = this.receipts[at];
    if (receipt === undefined) throw new Error(`no receipt ${id}`);
    this.receipts[at] = { ...receipt, ...changed };
  }

  private stamp(): string {
    return this.now().toISOString();
  }
}

function ok(body: unknown): Said {
  return { status: 200, headers: {}, body };
}

function refusal(status: number, reason: string, detail: string): Said {
  return {
    status,
    headers: {},
    body: { type: `/problems/${reason}`, title: reason, status, detail },
  };
}
