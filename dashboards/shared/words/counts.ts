/** Counts in words. A number stands beside its usual, or says that the usual is not known. */

/** Past nights of the same weekday that must be known before anything is called usual. */
export const NIGHTS_FOR_USUAL = 4;

/** "1 report", "3 reports", "1,815 reports". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

/** "0.8", "12", "<0.1": one decimal below ten, none above; what hardly ever happens is not nothing. */
export function usualFigure(expected: number): string {
  if (expected < 0.05) return '<0.1';
  const text = expected >= 9.95 ? Math.round(expected).toString() : expected.toFixed(1);
  return text.replace(/\.0$/, '');
}

/** "0.8 usual", or why there is no usual to show. */
export function usualWords(expected: number | null, pastNights: number | null): string {
  if (expected !== null) return `${usualFigure(expected)} usual`;
  return pastNights === null
    ? 'usual not known yet'
    : `usual not known yet (${plural(pastNights, 'night')})`;
}

/** "quieter than", "as" or "busier than" usual; beyond two standard deviations of a Poisson count. */
export function howBusy(count: number, expected: number): 'quiet' | 'usual' | 'busy' {
  const swing = 2 * Math.sqrt(Math.max(expected, 1));
  if (count > expected + swing) return 'busy';
  return count < expected - swing ? 'quiet' : 'usual';
}
