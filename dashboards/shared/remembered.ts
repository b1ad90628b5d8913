/** Small choices kept in this browser; a browser that keeps nothing still works. */

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`nightdesk.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`nightdesk.${name}`, value);
  } catch {
    // Storage may be switched off or full: the choice then lasts as long as the page.
  }
}
