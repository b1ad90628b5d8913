/** Keeps this page on the phone, and asks the phone to keep what is stored and to send it when the page is closed. */

export const SYNC_TAG = 'reports';

interface Syncing {
  sync?: { register(tag: string): Promise<void> };
}

/** Where the browser has no service worker, as on plain HTTP, the page works while it is open. */
export async function keepPageForNoSignal(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('/sw.js', { scope: '/report' });
    await navigator.storage.persist();
  } catch {
    // The browser may refuse either; the open page sends all the same.
  }
}

/** Not every browser has it: the page retries by itself too. */
export async function sendWhenClosed(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.getRegistration('/report');
    await (registration as Syncing | undefined)?.sync?.register(SYNC_TAG);
  } catch {
    // Refused: the page sends when it is opened again.
  }
}
