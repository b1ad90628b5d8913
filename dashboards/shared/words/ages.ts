/** Lengths of time in words: short enough for a chip, never more exact than they are. */

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

/** "12 s", "9 min", "2 h 5 min", "3 days". */
export function ageWords(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 2 * MIN) return `${Math.round(whole / S)} s`;
  if (whole < 2 * H) return `${Math.round(whole / MIN)} min`;
  if (whole < 48 * H) return hoursAndMinutes(whole);
  return `${Math.round(whole / (24 * H))} days`;
}

/** Two lengths in the unit of the longer, as a chip shows them: ["12", "50 s"], ["31", "27 min"]. */
export function pairWords(heardMs: number, usualMs: number): [string, string] {
  const longer = Math.max(heardMs, usualMs);
  const [unit, name] = longer < 2 * MIN ? [S, 's'] : longer < 3 * H ? [MIN, 'min'] : [H, 'h'];
  return [String(Math.round(heardMs / unit)), `${Math.round(usualMs / unit)} ${name}`];
}

function hoursAndMinutes(ms: number): string {
  const minutes = Math.round(ms / MIN);
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
