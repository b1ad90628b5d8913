/** Wall clocks of the area: every time on a page is local to it, whatever the machine's own zone is. */

export interface WallClock {
  /** 23:41 */
  hm(at: number): string;
  /** 23:41:07 */
  hms(at: number): string;
  /** Saturday 16 May */
  date(at: number): string;
  /** Sat 16 May */
  shortDate(at: number): string;
  /** Saturday */
  weekday(at: number): string;
  /** 2026-05-16 */
  isoDate(at: number): string;
}

export function wallClock(timeZone: string): WallClock {
  const format = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const formatter = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options });
    return (at) => formatter.format(at).replace(',', '');
  };
  const two = '2-digit';
  const iso = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: two,
    day: two,
  });
  return {
    hm: format({ hour: two, minute: two }),
    hms: format({ hour: two, minute: two, second: two }),
    date: format({ weekday: 'long', day: 'numeric', month: 'long' }),
    shortDate: format({ weekday: 'short', day: 'numeric', month: 'short' }),
    weekday: format({ weekday: 'long' }),
    isoDate: (at) => iso.format(at),
  };
}
