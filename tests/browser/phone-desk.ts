/** A desk for phones, behind a line that can fail: a real desk, and a line in front of it. */
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Receipt } from '../../dashboards/phone/keeping/records';
import { Desk, type Options } from './desk';

const REPORTS = '/api/v1/reports';

/** What the line does to one post: loses it, loses its answer, or answers itself. */
export type Fault =
  'lost' | 'answer_lost' | { status: number; headers?: Record<string, string>; detail?: string };

export class PhoneDesk {
  /** No signal: every connection breaks. */
  cut = false;
  /** Taken from the front, one a post of a report. */
  readonly faults: Fault[] = [];
  /** Idempotency-Keys of posts that reached the desk. */
  readonly reached: string[] = [];

  private constructor(
    readonly desk: Desk,
    private readonly server: Server,
    private readonly venue: string,
    private readonly operations: string,
  ) {}

  static async up(options: Options = { speed: 60 }): Promise<PhoneDesk> {
    const desk = await Desk.up(options);
    const server = createServer();
    const venue = desk.key('--role', 'business', '--venue', 'blue-door');
    const made = new PhoneDesk(desk, server, venue, desk.key());
    server.on('request', (asked, answer) => void made.pass(asked, answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get page(): string {
    return `${this.origin}/report`;
  }

  /** The desk's receipts of the phones' venue, newest first. */
  async receipts(): Promise<Receipt[]> {
    const { items } = (await this.ask(this.venue, 'GET', `${REPORTS}?limit=100`)) as {
      items: Receipt[];
    };
    return items;
  }

  /** Somebody at operations opens the incident of a report. */
  async see(incident: string | null): Promise<void> {
    await this.ask(this.operations, 'POST', `/api/v1/incidents/${incident}/seen`);
  }

  async down(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.desk.down();
  }

  private async pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await textOf(asked);
    const isReport = asked.url?.startsWith(REPORTS) ?? false;
    const isPost = isReport && asked.method === 'POST';
    const fault = isPost && !this.cut ? this.faults.shift() : undefined;
    if (this.cut || fault === 'lost') return void asked.socket.destroy();
    if (typeof fault === 'object') return said(answer, fault.status, fault, fault.headers);
    if (isPost) this.reached.push(String(asked.headers['idempotency-key']));
    const to = fault === 'answer_lost' ? null : answer;
    await this.forward(asked, body, to);
    if (to === null) asked.socket.destroy();
  }

  private async ask(key: string, method: string, path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(new URL(path, this.desk.console), { method, headers });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  private forward(asked: IncomingMessage, body: string, to: ServerResponse | null): Promise<void> {
    const { host, origin: console } = new URL(this.desk.console);
    const origin = asked.headers.origin === undefined ? {} : { origin: console };
    const headers = { ...asked.headers, host, ...origin };
    return new Promise((resolve) => {
      const passed = request(
        new URL(asked.url ?? '/', this.desk.console),
        { method: asked.method, headers },
        (answer) => {
          to?.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.on('data', (part: Buffer) => to?.write(part));
          answer.on('end', () => resolve(void to?.end()));
        },
      );
      passed.on('error', () => resolve(void asked.socket.destroy()));
      passed.end(body);
    });
  }
}

async function textOf(asked: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of asked) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function said(
  answer: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  answer.writeHead(status, { 'content-type': type, ...headers });
  answer.end(JSON.stringify(body));
}
