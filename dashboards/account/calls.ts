/** What the account page asks of the desk. */
import { problemDetail } from '../shared/config';
import type { Who } from '../shared/session';

export interface SessionShown {
  id: string;
  device: string | null;
  since: string;
  expires_at: string;
  this: boolean;
}

/** Somebody opened what one's own venue wrote. */
export interface Reading {
  at: string;
  role: string;
  about: string | null;
  purpose: string | null;
}

/** `days` null: nothing goes yet. Counts are null for whom they are not. */
export interface Kept {
  what: string;
  about: string;
  days: number | null;
  since: string | null;
  held: number | null;
  goes_within_7_days: number | null;
  goes_next: string | null;
}

export type Answer<T> =
  { is: 'ok'; value: T } | { is: 'signed_out' } | { is: 'refused'; detail: string };

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export class Calls {
  constructor(private readonly fetchPage: Fetch) {}

  whoAmI(): Promise<Answer<Who>> {
    return this.ask('GET', '/api/v1/session');
  }

  changePassword(old: string | null, chosen: string): Promise<Answer<Who>> {
    return this.ask('POST', '/api/v1/session/password', { old, new: chosen });
  }

  sessions(): Promise<Answer<{ items: SessionShown[] }>> {
    return this.ask('GET', '/api/v1/sessions');
  }

  endSession(id: string): Promise<Answer<null>> {
    return this.ask('DELETE', `/api/v1/sessions/${encodeURIComponent(id)}`);
  }

  signOut(): Promise<Answer<null>> {
    return this.ask('DELETE', '/api/v1/session');
  }

  signOutEverywhere(): Promise<Answer<null>> {
    return this.ask('DELETE', '/api/v1/sessions');
  }

  readings(): Promise<Answer<{ items: Reading[]; next: string | null }>> {
    return this.ask('GET', '/api/v1/audit?limit=50');
  }

  retention(): Promise<Answer<{ items: Kept[] }>> {
    return this.ask('GET', '/api/v1/retention');
  }

  private async ask<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    try {
      const init =
        body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
      const answer = await this.fetchPage(path, init);
      if (answer.status === 401) return { is: 'signed_out' };
      if (!answer.ok) return { is: 'refused', detail: await problemDetail(answer) };
      return { is: 'ok', value: (answer.status === 204 ? null : await answer.json()) as T };
    } catch {
      return { is: 'refused', detail: 'The desk does not answer. Is it running?' };
    }
  }
}
