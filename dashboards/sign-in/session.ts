/** Signing in: one POST with a one-use link's token or with a key; the answer sets the cookie. */
import { problemDetail } from '../shared/config';

export type Credential = { link: string } | { key: string };
/** `home`: the page that this role is at home on. */
export type SignInAnswer = { is: 'in'; home: string } | { is: 'refused'; detail: string };

type Post = (path: string, init: RequestInit) => Promise<Response>;

export async function signIn(post: Post, credential: Credential): Promise<SignInAnswer> {
  try {
    const answer = await post('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(credential),
    });
    if (!answer.ok) return { is: 'refused', detail: await problemDetail(answer) };
    const { role } = (await answer.json()) as { role: string };
    return { is: 'in', home: role === 'business' ? '/report' : '/' };
  } catch {
    return { is: 'refused', detail: 'The desk does not answer. Is it running?' };
  }
}

/** The token in an address's fragment, which no server log ever sees; null where there is none. */
export function tokenOf(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token === '' ? null : token;
}
