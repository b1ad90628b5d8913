/** Signing in: one POST with a one-use link's token, a key, or a name and password; the answer sets the cookie. */
import type { WhoAmI } from './api';
import { problemDetail } from './config';

export type Credential = { link: string } | { key: string } | { name: string; password: string };

/** Whose the session is; `name` is a person's, and then `has_password` says whether they chose one yet. */
export type Who = WhoAmI;

export type SignInAnswer = { is: 'in'; who: Who } | { is: 'refused'; detail: string };

type Post = (path: string, init: RequestInit) => Promise<Response>;

export async function signIn(post: Post, credential: Credential): Promise<SignInAnswer> {
  try {
    const answer = await post('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(credential),
    });
    if (!answer.ok) return { is: 'refused', detail: await problemDetail(answer) };
    return { is: 'in', who: (await answer.json()) as Who };
  } catch {
    return { is: 'refused', detail: 'The desk does not answer. Is it running?' };
  }
}

/** The token in an address's fragment, which no server log ever sees; null where there is none. */
export function tokenOf(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token === '' ? null : token;
}

const HOMES: Record<string, string> = { operations: '/', lead: '/', business: '/report' };
const ACCOUNT = '/account';

/** The page that a role is for; a person without a password chooses one first. */
export function homeOf(who: Who): string {
  return who.has_password === false ? ACCOUNT : (HOMES[who.role] ?? ACCOUNT);
}
