/** A phone for tests: its own database, a clock that the test moves, and a line to a desk that can fail. */
import 'fake-indexeddb/auto'; // IDBKeyRange is a global
import { IDBFactory } from 'fake-indexeddb';
import { Exchange } from './sending/exchange';
import { FakeReports } from './fake-reports';
import { Pocket } from './keeping/pocket';
import type { Post, Receipt, ReportBody } from './keeping/records';
import { Sender } from './sending/sender';

export const BODY: ReportBody = {
  category: 'serious_violence',
  severity: 4,
  help_needed: 'staff_now',
  occurred_at: '2026-05-16T22:41:28.000Z',
};

/** What the line does to one request: nothing, loses it, loses its answer, or answers itself. */
export type Fault = 'lost' | 'answer_lost' | Response;

export class TestPhone {
  at = Date.parse('2026-05-16T22:41:28Z');
  venue: string | null = 'blue-door';
  readonly reports = new FakeReports(() => new Date(this.at));
  /** Posts that reached the desk. */
  readonly posted: string[] = [];
  /** Taken from the front, one a post. */
  readonly faults: Fault[] = [];
  readonly exchange = new Exchange((path, init) => this.ask(path, init));
  private keys = 0;

  private constructor(readonly factory: IDBFactory) {}

  pocket!: Pocket;
  sender!: Sender;

  static async on(): Promise<TestPhone> {
    const phone = new TestPhone(new IDBFactory());
    await phone.restart();
    return phone;
  }

  /** As after a reload or a reboot: nothing but the database is left. */
  async restart(): Promise<void> {
    const tools = { now: () => new Date(this.at), newKey: () => `key-${++this.keys}` };
    this.pocket = await Pocket.open(this.factory, tools);
    this.sender = new Sender(this.pocket, this.exchange, { now: () => this.at, random: () => 0 });
  }

  private ask(path: string, init: RequestInit = {}): Promise<Response> {
    const method = init.method ?? 'GET';
    if (path === '/api/v1/session') return this.who();
    if (method === 'GET') return Promise.resolve(this.desk(path, init));
    const fault = this.faults.shift();
    if (fault instanceof Response) return Promise.resolve(fault);
    if (fault === 'lost') return Promise.reject(new TypeError('Failed to fetch'));
    const answer = this.desk(path, init);
    if (fault === 'answer_lost') return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(answer);
  }

  private who(): Promise<Response> {
    const status = this.venue === null ? 401 : 200;
    return Promise.resolve(Response.json({ role: 'business', subject: this.venue }, { status }));
  }

  private desk(path: string, init: RequestInit): Response {
    const method = init.method ?? 'GET';
    const key = new Headers(init.headers).get('idempotency-key');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Post['body']) : {};
    if (method === 'POST') this.posted.push(`${path} ${key}`);
    const said = this.reports.answer({ method, path, key, body });
    return Response.json(said.body, { status: said.status, headers: said.headers });
  }
}

export function receipt(given: Partial<Receipt> = {}): Receipt {
  return {
    id: 'r1',
    status: 'received',
    revision: 0,
    category: 'serious_violence',
    severity: 4,
    help_needed: 'staff_now',
    at: '2026-05-16T22:41:28.000Z',
    received_at: '2026-05-16T22:41:29.000Z',
    seen_at: null,
    incident: null,
    unseen_after_s: 60,
    advice: [],
    ...given,
  };
}
