/** Text for a PDF's built-in Helvetica: Windows-1252 bytes, and how wide they are. */

/** Characters that Windows-1252 has outside Latin-1, by their byte. */
const WINDOWS = new Map(
  Object.entries({
    '€': 0x80, '‚': 0x82, 'ƒ': 0x83, '„': 0x84, '…': 0x85, '†': 0x86, '‡': 0x87, 'ˆ': 0x88, '‰': 0x89, 'Š': 0x8a,
    '‹': 0x8b, 'Œ': 0x8c, 'Ž': 0x8e, '‘': 0x91, '’': 0x92, '“': 0x93, '”': 0x94, '•': 0x95, '–': 0x96, '—': 0x97,
    '˜': 0x98, '™': 0x99, 'š': 0x9a, '›': 0x9b, 'œ': 0x9c, 'ž': 0x9e, 'Ÿ': 0x9f,
  }),
); // prettier-ignore

/** Helvetica's widths of the characters 32 to 126 in thousandths (Adobe's font metrics). */
const WIDTHS = (
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 ' +
  '584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 ' +
  '667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 ' +
  '278 556 500 722 500 500 500 334 260 334 584'
)
  .split(' ')
  .map(Number);
/** Others are counted as wide as nearly all of them are. */
const OTHERS = 760;
/** No letter grows more than this in bold. */
const BOLD = 1.26;

/** One character a byte; what has no byte stands as "U+0142". Lines become spaces. */
export function printable(text: string): string {
  return Array.from(text.normalize('NFC').replace(/\s+/g, ' '), byteOf).join('');
}

function byteOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff)) return character;
  const windows = WINDOWS.get(character);
  if (windows !== undefined) return String.fromCharCode(windows);
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** At most so wide, in points. */
export function widthOf(text: string, size: number, bold: boolean): number {
  const thousandths = Array.from(text, (one) => WIDTHS[one.charCodeAt(0) - 32] ?? OTHERS);
  return (thousandths.reduce((sum, width) => sum + width, 0) * size * (bold ? BOLD : 1)) / 1_000;
}
