/** The phone's own database: four stores, and transactions that are whole or not there. */
import type { Entry, Kept, Post } from './records';

interface Stores {
  reports: Kept;
  posts: Post;
  log: Entry;
  small: { name: string; value: unknown };
}
export type StoreName = keyof Stores;

const VERSION = 1;
const KEYS: Record<StoreName, string | string[]> = {
  reports: 'key',
  posts: 'key',
  log: ['venue', 'n'],
  small: 'name',
};

export function openDatabase(factory: IDBFactory, name = 'nightdesk'): Promise<IDBDatabase> {
  const opening = factory.open(name, VERSION);
  opening.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(KEYS)) {
      opening.result.createObjectStore(store, { keyPath });
    }
  };
  return answerOf(opening);
}

/** What may be done inside one transaction. Nothing but these may be awaited there, or the transaction ends. */
export class Work {
  constructor(private readonly transaction: IDBTransaction) {}

  get<S extends StoreName>(store: S, key: IDBValidKey): Promise<Stores[S] | undefined> {
    return answerOf(this.transaction.objectStore(store).get(key));
  }

  all<S extends StoreName>(store: S): Promise<Stores[S][]> {
    return answerOf(this.transaction.objectStore(store).getAll());
  }

  put<S extends StoreName>(store: S, value: Stores[S]): void {
    this.transaction.objectStore(store).put(value);
  }

  delete(store: StoreName, key: IDBValidKey): void {
    this.transaction.objectStore(store).delete(key);
  }

  /** The venue's newest entry of the log. */
  async lastEntry(venue: string): Promise<Entry | null> {
    const store = this.transaction.objectStore('log');
    const range = ofVenue(venue);
    const cursor = await answerOf(store.openCursor(range, 'prev'));
    return cursor === null ? null : (cursor.value as Entry);
  }

  entries(venue: string): Promise<Entry[]> {
    return answerOf(this.transaction.objectStore('log').getAll(ofVenue(venue)));
  }
}

/** Runs `act` in one transaction over all stores; resolves when it is on the disk. */
export async function inOne<T>(
  database: IDBDatabase,
  mode: 'readonly' | 'readwrite',
  act: (work: Work) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction(Object.keys(KEYS), mode, { durability: 'strict' });
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the phone kept nothing'));
  });
  try {
    const result = await act(new Work(transaction));
    await done;
    return result;
  } catch (error) {
    done.catch(() => undefined); // the error below says why
    if (transaction.error === null) abort(transaction);
    throw error;
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It had ended already.
  }
}

function ofVenue(venue: string): IDBKeyRange {
  return IDBKeyRange.bound([venue, 0], [venue, Number.MAX_SAFE_INTEGER]);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the phone’s database failed'));
  });
}
