/** What the account page asks of the desk. */
import type { Operations } from '../shared/api';
import { ask, type Asked } from '../shared/client';

export type Answer<T> =
  { is: 'ok'; value: T } | { is: 'signed_out' } | { is: 'refused'; detail: string };

type Fetch = (path: string, init: RequestInit) => Promise<Response>;
type Told<Name extends keyof Operations> = Promise<Answer<Operations[Name]['answer']>>;

export class Calls {
  constructor(private readonly fetchPage: Fetch) {}

  whoAmI(): Told<'whoAmI'> {
    return this.ask('whoAmI');
  }

  changePassword(old: string | null, chosen: string): Told<'changePassword'> {
    return this.ask('changePassword', { body: { old, new: chosen } });
  }

  sessions(): Told<'listSessions'> {
    return this.ask('listSessions');
  }

  endSession(id: string): Told<'endSession'> {
    return this.ask('endSession', { path: { id } });
  }

  signOut(): Told<'signOut'> {
    return this.ask('signOut');
  }

  signOutEverywhere(): Told<'signOutEverywhere'> {
    return this.ask('signOutEverywhere');
  }

  readings(): Told<'readAudit'> {
    return this.ask('readAudit', { query: { limit: 50 } });
  }

  retention(): Told<'readRetention'> {
    return this.ask('readRetention');
  }

  private async ask<Name extends keyof Operations>(
    name: Name,
    asked: Asked<Name> = {},
  ): Told<Name> {
    const answer = await ask(this.fetchPage, name, asked);
    if (answer.is === 'answer') return { is: 'ok', value: answer.body };
    if (answer.is !== 'refused')
      return { is: 'refused', detail: 'The desk does not answer. Is it running?' };
    if (answer.status === 401) return { is: 'signed_out' };
    return { is: 'refused', detail: answer.problem.detail };
  }
}
