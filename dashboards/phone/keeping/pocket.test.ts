import { beforeEach, describe, expect, it } from 'vitest';
import { BODY, receipt, TestPhone } from '../builders';
import { firstBroken } from '../sealing/chain';
import { PocketFull, REPORTS_MAX, WAITING_MAX } from './pocket';

let phone: TestPhone;
beforeEach(async () => {
  phone = await TestPhone.on();
});
const save = () => phone.pocket.save('blue-door', BODY, 6_000);
const log = () => phone.pocket.entries('blue-door');

describe('one tap', () => {
  it('keeps the report, its post under the same key, and a sealed line', async () => {
    const { key } = await save();
    const { reports, posts } = await phone.pocket.holdings();
    expect(reports).toMatchObject([{ key, body: BODY, tapped_ms: 6_000, receipt: null }]);
    expect(posts).toMatchObject([{ key, report: key, kind: 'report', body: BODY, tries: 0 }]);
    expect(await log()).toMatchObject([{ n: 1, kind: 'report', report: key, before: '' }]);
  });

  it('keeps nothing at all when the phone is full, and says so', async () => {
    for (let n = 0; n < WAITING_MAX; n++) await save();
    await expect(save()).rejects.toThrow(PocketFull);
    const { reports, posts } = await phone.pocket.holdings();
    expect([reports.length, posts.length]).toEqual([WAITING_MAX, WAITING_MAX]);
    expect(await log()).toHaveLength(WAITING_MAX);
  });
});

describe('the log', () => {
  it('is only ever added to: report, receipt, correction, withdrawal, later words', async () => {
    const { key } = await save();
    const [first] = await log();
    await phone.sender.round(true);
    await phone.pocket.correct(key, { severity: 2 });
    await phone.pocket.withdraw(key);
    await phone.pocket.addToLog(key, 'Police came at 23:58.');
    const entries = await log();
    expect(entries.map(({ kind }) => kind)).toEqual([
      'report',
      'received',
      'correction',
      'withdrawal',
      'addition',
    ]);
    expect(entries[0]).toEqual(first);
    expect(firstBroken(entries)).toBeNull();
  });

  it('is one chain a venue, also when two reports are saved at the same moment', async () => {
    await Promise.all([save(), phone.pocket.save('lantern-yard', BODY, 1), save(), save()]);
    const entries = await log();
    expect(entries.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(firstBroken(entries)).toBeNull();
    expect(await phone.pocket.entries('lantern-yard')).toHaveLength(1);
  });

  it('stays whole when an old report or a refused one is let go', async () => {
    const held = Array.from({ length: REPORTS_MAX }, (_, n) => receipt({ id: `old${n}` }));
    await phone.pocket.restore('blue-door', held);
    phone.at += 60_000;
    const { key } = await save();
    const kept = (await phone.pocket.holdings()).reports.map((report) => report.key);
    expect(kept).toHaveLength(REPORTS_MAX);
    expect(kept[0]).toBe(key);
    await phone.pocket.discard(key);
    expect((await phone.pocket.holdings()).reports).toHaveLength(REPORTS_MAX - 1);
    expect(firstBroken(await log())).toBeNull();
    expect(await log()).toHaveLength(REPORTS_MAX + 1);
  });

  it('has the position of a report that has one', async () => {
    await phone.pocket.save('blue-door', { ...BODY, position: { lat: 51.5, lon: -0.13 } }, 1);
    expect((await log())[0]?.said).toMatchObject({ lat: 51.5, lon: -0.13 });
  });
});

describe('an empty phone', () => {
  const receipts = [
    receipt({ id: 'b' }),
    receipt({ id: 'a', received_at: '2026-05-16T21:00:00.000Z', status: 'withdrawn' }),
  ];

  it('is filled from the desk’s receipts', async () => {
    expect(await phone.pocket.restore('blue-door', receipts)).toBe(true);
    const { reports } = await phone.pocket.holdings();
    expect(reports.map(({ key }) => key)).toEqual(['b', 'a']);
    expect((await log()).map(({ report }) => report)).toEqual(['a', 'b']);
  });

  it('with a log is left as it is', async () => {
    await save();
    expect(await phone.pocket.restore('blue-door', receipts)).toBe(false);
    expect((await phone.pocket.holdings()).reports).toHaveLength(1);
  });
});

it('remembers small things', async () => {
  expect(await phone.pocket.recall('config')).toBeUndefined();
  await phone.pocket.remember('config', { venue: 'blue-door' });
  await phone.restart();
  expect(await phone.pocket.recall('config')).toEqual({ venue: 'blue-door' });
});
