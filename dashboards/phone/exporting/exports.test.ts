import { describe, expect, it } from 'vitest';
import { wallClock } from '../../shared/words/clock';
import type { Entry, Said } from '../keeping/records';
import { sealed } from '../sealing/chain';
import { sha256 } from '../sealing/sha256';
import { csvOf } from './csv';
import { printable, widthOf } from './latin';
import { pdfOf } from './pdf';
import { rowsOf } from './rows';
import { sealWords } from './save';

const clock = wallClock('Europe/London');

function log(...said: Said[]): Entry[] {
  const entries: Entry[] = [];
  for (const each of said) {
    const line = {
      venue: 'blue-door',
      written_at: '2026-05-16T22:41:28.000Z',
      kind: 'report' as const,
      report: 'key-1',
      said: each,
    };
    entries.push(sealed(entries.at(-1) ?? null, line));
  }
  return entries;
}

const pdf = (entries: Entry[]): string =>
  Buffer.from(
    pdfOf({ title: 'Log (1)', about: ['About.'], rows: rowsOf(entries, clock) }),
  ).toString('latin1');

it('rows say what was said in the door’s words, in the area’s time', () => {
  const [row] = rowsOf(
    log({ category: 'weapon', severity: 3, help_needed: 'none', words: '' }),
    clock,
  );
  expect(row).toMatchObject({
    n: 1,
    kind: 'Reported',
    written: 'Saturday 16 May 2026 23:41:28',
    facts: ['What: Weapon', 'How bad: Look now', 'Help: None'],
  });
});

describe('the CSV', () => {
  it('has a line an entry, quoted, with what its seal was computed over', () => {
    const entries = log({ words: 'He said "no", and\nleft' }, { severity: 1 });
    const text = csvOf(rowsOf(entries, clock));
    expect(text.startsWith('\uFEFFentry,kind,')).toBe(true);
    expect(text).toContain('"Words: He said ""no"", and\nleft"');
    const last = text.trimEnd().split('\r\n').at(-1) ?? '';
    const [, seal = '', body = ''] = /"([0-9a-f]{64})","(.*)"$/.exec(last) ?? [];
    expect(seal).toBe(entries[1]?.seal);
    expect(sha256(body.replaceAll('""', '"'))).toBe(seal);
  });

  it('begins no cell as a formula, whatever somebody wrote', () => {
    const text = csvOf(
      rowsOf(log({ words: '=HYPERLINK("x")' }, { words: '@x' }, { words: '+1' }), clock),
    );
    expect(text).not.toMatch(/(^|,)"[=+@-]/m);
  });
});

describe('the PDF', () => {
  it('has every object where its table says', () => {
    const text = pdf(log({ words: 'A (b) \\ c' }));
    const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) =>
      Number(at),
    );
    expect(text.slice(start, start + 4)).toBe('xref');
    expect(offsets).toHaveLength(7);
    offsets.forEach((at, i) => expect(text.slice(at)).toMatch(new RegExp(`^${i + 1} 0 obj\n`)));
    for (const [whole, length, stream] of text.matchAll(
      /\/Length (\d+) >>\nstream\n([\s\S]*?)endstream/g,
    )) {
      expect(stream, whole).toHaveLength(Number(length));
    }
    expect(text).toContain('(Words: A \\(b\\) \\\\ c) Tj');
  });

  it('wraps what is too long for a line, and goes on on more pages', () => {
    const long = log(...Array.from({ length: 40 }, () => ({ words: 'door '.repeat(60) })));
    const text = pdf(long);
    const pages = text.match(/\/Type \/Page /g)?.length ?? 0;
    expect(pages).toBeGreaterThan(3);
    expect(text).toContain(`(${pages} of ${pages}) Tj`);
    const shown = [...text.matchAll(/Tf 48 (-?[\d.]+) Td/g)].map(([, y]) => Number(y));
    expect(Math.min(...shown)).toBeGreaterThanOrEqual(48);
    expect(text.match(/door/g)).toHaveLength(40 * 60);
  });

  it('cuts a word that fits no line, and loses none of it', () => {
    expect(
      pdf(log({ words: 'x'.repeat(1_000) }))
        .match(/x{5,}/g)
        ?.join(''),
    ).toHaveLength(1_000);
  });

  it('names letters that it has no shape for, and says so', () => {
    const text = pdf(log({ words: 'Łukasz’s café 🙂' }));
    expect(text).toContain('U+0141ukasz\x92s caf\xe9 U+1F642');
    expect(text).toContain('stand as U+');
    expect(pdf(log({ words: 'Lukas' }))).not.toContain('stand as U+');
  });
});

it('letters are at least as wide as they are drawn', () => {
  expect(widthOf('A', 1_000, false)).toBe(667);
  expect(widthOf('A', 1_000, true)).toBeGreaterThanOrEqual(722);
  expect(widthOf('i', 1_000, true)).toBeGreaterThanOrEqual(277.5);
  expect(printable('a\n\tb')).toBe('a b');
});

it('a log whose seals do not hold says so in its export', () => {
  expect(sealWords(null)).toContain('Every seal holds.');
  expect(sealWords(3)).toContain('Entry 3 is not as it was sealed');
});
