/** The calls of the phone page: posts with their keys, receipts, and whose session this is. */
import type { Post, Receipt } from '../keeping/records';
import { isReceipt } from './rules';

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

interface WhoAmI {
  role: string;
  subject: string | null;
}

export type Who = ({ is: 'in' } & WhoAmI) | { is: 'signed_out' } | { is: 'no_line' };

const REPORTS = '/api/v1/reports';
/** A thin line is slow; a dead one must not hold the others up. */
const PATIENCE_MS = 15_000;
/** Pages of own receipts read when an empty phone is filled. */
const PAGES_MAX = 20;

const ENDINGS = { report: '', correction: '/corrections', withdrawal: '/withdrawal' } as const;

export class Exchange {
  constructor(private readonly fetch: Fetch) {}

  /** The desk's answer, or null where there was none. `id` is the report's, once it has one. */
  send(post: Post, id: string | null): Promise<Response | null> {
    const path = post.kind === 'report' ? REPORTS : address(id ?? '') + ENDINGS[post.kind];
    return this.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': post.key },
      body: JSON.stringify(post.body),
    });
  }

  receipt(id: string): Promise<Response | null> {
    return this.ask(address(id));
  }

  /** Whose session this browser has. A sign-in page of some Wi-Fi is no answer. */
  async who(): Promise<Who> {
    const answer = await this.ask('/api/v1/session');
    if (answer?.status === 401) return { is: 'signed_out' };
    const said: unknown = answer?.ok ? await answer.json().catch(() => null) : null;
    return isWhoAmI(said) ? { is: 'in', ...said } : { is: 'no_line' };
  }

  /** Own receipts, newest first; null where they could not be had. */
  async receipts(): Promise<Receipt[] | null> {
    const receipts: Receipt[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.ask(REPORTS + query);
      const body = answer?.ok ? ((await answer.json().catch(() => null)) as Listed | null) : null;
      if (body === null) return null;
      receipts.push(...body.items.filter(isReceipt));
      cursor = body.next;
      if (cursor === null) break;
    }
    return receipts;
  }

  private async ask(path: string, init: RequestInit = {}): Promise<Response | null> {
    try {
      const headers = { accept: 'application/json', ...init.headers };
      return await this.fetch(path, { ...init, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      return null;
    }
  }
}

interface Listed {
  items: unknown[];
  next: string | null;
}

function isWhoAmI(said: unknown): said is WhoAmI {
  return typeof said === 'object' && said !== null && 'role' in said && 'subject' in said;
}

function address(id: string): string {
  return `${REPORTS}/${encodeURIComponent(id)}`;
}
