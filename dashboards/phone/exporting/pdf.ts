/** The incident log as a PDF: plain text on A4 in the reader's own Helvetica, headings, page numbers, a seal each. */
import type { Row } from './rows';
import { printable, widthOf } from './latin';

const PAGE = { width: 595, height: 842, margin: 48 };
const TEXT_WIDTH = PAGE.width - 2 * PAGE.margin;
const BOTTOM = PAGE.margin + 20;

export interface LogDocument {
  title: string;
  /** Under the title: whose, when, whether the seals hold. */
  about: string[];
  rows: readonly Row[];
}

interface Line {
  text: string;
  size: number;
  bold?: boolean;
  /** Empty space above it. */
  above?: number;
}

const UNPRINTABLE_NOTE =
  'Letters that this print has no shape for stand as U+ and their number. The CSV has them as they were written.';

export function pdfOf(document: LogDocument): Uint8Array<ArrayBuffer> {
  const blocks = [headOf(document), ...document.rows.map(blockOf)];
  const unshown = blocks.flat().some(({ text }) => /U\+[0-9A-F]{4,6}/.test(text));
  if (unshown) blocks[0]?.push({ text: UNPRINTABLE_NOTE, size: 9, above: 4 });
  return file(document.title, pagesOf(blocks.map((block) => block.flatMap(wrapped))));
}

function headOf({ title, about }: LogDocument): Line[] {
  return [
    { text: title, size: 18, bold: true },
    ...about.map((text, i) => ({ text, size: 10, above: i === 0 ? 6 : 0 })),
  ].map((line) => ({ ...line, text: printable(line.text) }));
}

function blockOf({ n, kind, written, facts, entry }: Row): Line[] {
  return [
    { text: `${n}. ${kind}, ${written}`, size: 11, bold: true, above: 12 },
    ...facts.map((text) => ({ text, size: 10 })),
    { text: `Seal ${entry.seal}`, size: 8 },
  ].map((line) => ({ ...line, text: printable(line.text) }));
}

function wrapped(line: Line): Line[] {
  const lines: string[] = [''];
  for (const word of line.text.split(/(?<=\s)/).flatMap((word) => cut(word, line))) {
    const longer = (lines.at(-1) ?? '') + word;
    if (widthOf(longer.trimEnd(), line.size, line.bold ?? false) <= TEXT_WIDTH)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((text, i) => ({
    ...line,
    text: text.trimEnd(),
    above: i === 0 ? (line.above ?? 0) : 0,
  }));
}

/** A word that fits no line is cut into pieces that do. */
function cut(word: string, { size, bold = false }: Line): string[] {
  const most = Math.floor(TEXT_WIDTH / size);
  if (widthOf(word, size, bold) <= TEXT_WIDTH) return [word];
  return word.match(new RegExp(`.{1,${most}}`, 'gs')) ?? [];
}

/** Blocks are kept together where a page has room for one. */
function pagesOf(blocks: Line[][]): string[] {
  const pages: string[] = [];
  let y = 0;
  for (const block of blocks) {
    const height = block.reduce((sum, line) => sum + advance(line), 0);
    const isLong = height > PAGE.height - PAGE.margin - BOTTOM;
    for (const [i, line] of block.entries()) {
      const needs = i === 0 && !isLong ? height : advance(line);
      if (pages.length === 0 || y - needs < BOTTOM) {
        pages.push('');
        y = PAGE.height - PAGE.margin;
      }
      y -= advance(line);
      pages[pages.length - 1] += shown(line, y);
    }
  }
  return pages.map((page, i) => {
    const text = `${i + 1} of ${pages.length}`;
    return page + shown({ text, size: 9 }, PAGE.margin);
  });
}

function advance({ size, above = 0 }: Line): number {
  return size * 1.35 + above;
}

function shown({ text, size, bold = false }: Line, y: number): string {
  const at = `${PAGE.margin} ${y.toFixed(1)} Td`;
  return `BT /${bold ? 'B' : 'R'} ${size} Tf ${at} (${text.replace(/[\\()]/g, '\\$&')}) Tj ET\n`;
}

/** Objects: 1 catalog, 2 pages, 3 and 4 fonts, 5 info, then a page and its content in turn. */
function file(title: string, pages: string[]): Uint8Array<ArrayBuffer> {
  const kids = pages.map((_, i) => `${6 + i * 2} 0 R`).join(' ');
  const font = (name: string): string =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) /ViewerPreferences << /DisplayDocTitle true >> >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title (${printable(title).replace(/[\\()]/g, '\\$&')}) /Producer (Nightdesk) >>`,
    ...pages.flatMap((page, i) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${7 + i * 2} 0 R` +
        ' /Resources << /Font << /R 3 0 R /B 4 0 R >> >> >>',
      `<< /Length ${page.length} >>\nstream\n${page}endstream`,
    ]),
  ];
  return bytesOf(withTable(objects));
}

function withTable(objects: string[]): string {
  let text = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  return (
    `${text}xref\n0 ${count}\n0000000000 65535 f \n${rows}` +
    `trailer\n<< /Size ${count} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  );
}

/** Each character is one byte already: printable() saw to it. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
