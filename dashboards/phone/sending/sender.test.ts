import { beforeEach, describe, expect, it } from 'vitest';
import { BODY, TestPhone } from '../builders';

let phone: TestPhone;
beforeEach(async () => {
  phone = await TestPhone.on();
});
const save = () => phone.pocket.save('blue-door', BODY, 6_000);
const problem = (status: number, headers: HeadersInit = {}): Response =>
  Response.json({ detail: 'severity: is missing.' }, { status, headers });

describe('a report', () => {
  it('is sent with its own key, and its receipt is kept', async () => {
    const { key } = await save();
    expect(await phone.sender.round(false)).toBe('idle');
    expect(phone.posted).toEqual([`/api/v1/reports ${key}`]);
    const { reports, posts } = await phone.pocket.holdings();
    expect(posts).toEqual([]);
    expect(reports[0]?.receipt).toMatchObject({ id: 'r1', status: 'received' });
  });

  it('is one report after ten tries of which every kind failed', async () => {
    const { key } = await save();
    phone.faults.push('lost', 'answer_lost', problem(503), 'answer_lost', problem(408));
    phone.faults.push('answer_lost', problem(429), 'lost', 'answer_lost');
    for (let tries = 0; tries < 10; tries++) await phone.sender.round(true);
    expect(phone.reports.receipts).toHaveLength(1);
    expect(phone.posted.every((post) => post.endsWith(key))).toBe(true);
    expect(phone.posted).toHaveLength(5);
    expect((await phone.pocket.holdings()).posts).toEqual([]);
  });

  it('survives a restart, with its key', async () => {
    const { key } = await save();
    phone.faults.push('lost');
    await phone.sender.round(false);
    await phone.restart();
    expect((await phone.pocket.holdings()).posts).toMatchObject([{ key, tries: 1 }]);
    await phone.sender.round(true);
    expect(phone.posted).toEqual([`/api/v1/reports ${key}`]);
  });

  it('waits as long as the desk asks, and no shorter', async () => {
    await save();
    phone.faults.push(problem(429, { 'retry-after': '7' }));
    await phone.sender.round(false);
    expect(await phone.sender.nextAt()).toBe(phone.at + 7_000);
    phone.at += 6_999;
    await phone.sender.round(false);
    expect(phone.posted).toEqual([]);
    phone.at += 1;
    await phone.sender.round(false);
    expect(phone.posted).toHaveLength(1);
  });

  it('waits longer with each try', async () => {
    await save();
    const waits: number[] = [];
    for (let tries = 0; tries < 7; tries++) {
      phone.faults.push('lost');
      await phone.sender.round(true);
      waits.push(((await phone.sender.nextAt()) ?? 0) - phone.at);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]);
  });

  it('that is refused is kept with the reason, and not tried again', async () => {
    await save();
    phone.faults.push(problem(422));
    await phone.sender.round(false);
    await phone.sender.round(true);
    const { posts, reports } = await phone.pocket.holdings();
    expect(posts).toMatchObject([{ state: 'refused', refusal: 'severity: is missing.', tries: 0 }]);
    expect(reports).toHaveLength(1);
    expect(phone.posted).toEqual([]);
  });
});

describe('signed out', () => {
  it('nothing is lost and nothing is sent', async () => {
    await save();
    phone.venue = null;
    expect(await phone.sender.round(true)).toBe('signed_out');
    expect(phone.posted).toEqual([]);
    phone.venue = 'blue-door';
    await phone.sender.round(true);
    expect(phone.posted).toHaveLength(1);
  });

  it('while sending, the report is kept', async () => {
    await save();
    phone.faults.push(problem(401));
    expect(await phone.sender.round(true)).toBe('signed_out');
    expect((await phone.pocket.holdings()).posts).toMatchObject([{ state: 'waiting' }]);
  });

  it('a report of one venue is never sent as another', async () => {
    await save();
    phone.venue = 'lantern-yard';
    await phone.sender.round(true);
    expect(phone.posted).toEqual([]);
    expect((await phone.pocket.holdings()).posts).toHaveLength(1);
  });
});

describe('changes', () => {
  it('follow their report, in order, with keys of their own', async () => {
    const { key } = await save();
    await phone.pocket.correct(key, { severity: 3 });
    await phone.pocket.withdraw(key);
    phone.faults.push('lost');
    await phone.sender.round(true);
    expect(phone.posted).toEqual([]);
    await phone.sender.round(true);
    const paths = phone.posted.map((post) => post.split(' ')[0]);
    expect(paths).toEqual([
      '/api/v1/reports',
      '/api/v1/reports/r1/corrections',
      '/api/v1/reports/r1/withdrawal',
    ]);
    expect(new Set(phone.posted.map((post) => post.split(' ')[1])).size).toBe(3);
    expect((await phone.pocket.holdings()).reports[0]).toMatchObject({
      body: { severity: 3 },
      receipt: { status: 'withdrawn', revision: 2 },
    });
  });

  it('that are refused leave the report as the desk has it', async () => {
    const { key } = await save();
    await phone.sender.round(true);
    await phone.pocket.correct(key, { severity: 1 });
    phone.faults.push(problem(422));
    await phone.sender.round(true);
    const { reports, posts } = await phone.pocket.holdings();
    expect(reports[0]?.body.severity).toBe(4);
    expect(posts).toMatchObject([{ kind: 'correction', state: 'refused' }]);
  });

  it('of a refused report are refused with it', async () => {
    const { key } = await save();
    await phone.pocket.correct(key, { severity: 1 });
    phone.faults.push(problem(422));
    await phone.sender.round(true);
    expect((await phone.pocket.holdings()).posts.map(({ state }) => state)).toEqual([
      'refused',
      'refused',
    ]);
  });

  it('of one report do not wait for another that fails', async () => {
    await save();
    phone.at += 1;
    await save();
    phone.faults.push(problem(500));
    await phone.sender.round(true);
    expect(phone.reports.receipts).toHaveLength(1);
  });
});
