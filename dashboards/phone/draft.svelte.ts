/** The report being made: three taps fill it in. It outlives a tab that the phone put away. */
import type { Help, Kept, Position, ReportBody, Severity } from './keeping/records';

const KEPT_AS = 'nightdesk.draft';
export const WORDS_MAX = 280;

interface Fields {
  category: string | null;
  severity: Severity | null;
  help: Help | null;
  /** Milliseconds since 1970; null: now. */
  at: number | null;
  /** Null: at the venue. */
  position: Position | null;
  words: string;
  /** When the first tap was; null before it. */
  firstTapAt: number | null;
  /** The report that is put right; null: a new one. */
  correcting: string | null;
}

const EMPTY: Fields = {
  category: null,
  severity: null,
  help: null,
  at: null,
  position: null,
  words: '',
  firstTapAt: null,
  correcting: null,
};

export class Draft {
  fields: Fields = $state({ ...EMPTY });

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    const kept = storage.getItem(KEPT_AS);
    if (kept !== null) this.fields = { ...EMPTY, ...(JSON.parse(kept) as Partial<Fields>) };
  }

  /** All that must be chosen is chosen. */
  get complete(): boolean {
    const { category, severity, help } = this.fields;
    return category !== null && severity !== null && help !== null;
  }

  set(changed: Partial<Fields>): void {
    Object.assign(this.fields, changed);
    this.storage.setItem(KEPT_AS, JSON.stringify(this.fields));
  }

  clear(): void {
    this.fields = { ...EMPTY };
    this.storage.removeItem(KEPT_AS);
  }

  /** Begins to put a report right: everything as it stands. */
  correct({ key, body }: Kept): void {
    this.set({
      ...EMPTY,
      category: body.category,
      severity: body.severity,
      help: body.help_needed,
      at: body.occurred_at === undefined ? null : Date.parse(body.occurred_at),
      position: body.position ?? null,
      words: body.words ?? '',
      correcting: key,
    });
  }

  /** What is posted; null while something is missing. `now` null: the desk's clock decides what now is. */
  body(now: number | null): ReportBody | null {
    const { category, severity, help, at, position, words } = this.fields;
    if (category === null || severity === null || help === null) return null;
    const happened = at ?? now;
    return {
      category,
      severity,
      help_needed: help,
      ...(happened === null ? {} : { occurred_at: new Date(happened).toISOString() }),
      ...(position === null ? {} : { position: { ...position } }),
      ...(words.trim() === '' ? {} : { words: words.trim().slice(0, WORDS_MAX) }),
    };
  }
}
