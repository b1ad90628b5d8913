import { beforeEach, describe, expect, it } from 'vitest';
import { Connection, SILENCE_MS, type LineFacts } from './connection';
import type { Picture } from './picture';
import type { Line, LineEvents, Surroundings } from './ports';

const TOPIC = 'westminster/operations';
const AT = '2026-05-16T22:00:00.000Z';

/** A world on a clock of its own: timers run when time is moved, and every dialled line can be spoken on. */
class World implements Surroundings {
  time = 0;
  readonly lines: DialledLine[] = [];
  private timers: { at: number; act: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return 0;
  }

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.time + ms, act };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  dial(events: LineEvents): Line {
    const line = new DialledLine(events);
    this.lines.push(line);
    return line;
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.time = next.at;
      next.act();
    }
    this.time = until;
  }

  get line(): DialledLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('nothing was dialled');
    return line;
  }
}

class DialledLine implements Line {
  readonly sent: unknown[] = [];
  closedByPage = false;

  constructor(private readonly events: LineEvents) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closedByPage = true;
  }

  open(): void {
    this.events.opened();
  }

  die(): void {
    this.events.closed();
  }

  say(frame: Record<string, unknown>): void {
    this.events.heard(JSON.stringify({ topic: TOPIC, e: 'e1', ...frame }));
  }

  mumble(text: string): void {
    this.events.heard(text);
  }
}

let world: World;
let picture: Picture;
let facts: LineFacts;
let connection: Connection;

beforeEach(() => {
  world = new World();
  connection = new Connection(TOPIC, world, (newest, about) => {
    picture = newest;
    facts = about;
  });
  connection.start();
});

function following(s = 5): void {
  world.line.open();
  world.line.say({ t: 'snapshot', s, state: { incidents: { a: {} } } });
  world.line.say({ t: 'heartbeat', s, at: AT, desk: 'live', why: null });
}

describe('a connection', () => {
  it('subscribes without a place at first, and is current with the snapshot', () => {
    world.line.open();
    expect(world.line.sent).toEqual([{ op: 'subscribe', topic: TOPIC }]);
    expect(facts).toMatchObject({ line: 'open', current: false });
    world.line.say({ t: 'snapshot', s: 5, state: {} });
    expect(facts.current).toBe(true);
    expect(picture).toMatchObject({ e: 'e1', s: 5 });
  });

  it('keeps what the desk said of itself with each heartbeat', () => {
    following();
    expect(facts.beat).toEqual({ at: Date.parse(AT), desk: 'live', why: null, heardAt: 0 });
    world.pass(2_000);
    world.line.say({
      t: 'heartbeat',
      s: 5,
      at: '2026-05-16T22:00:02.000Z',
      desk: 'catching_up',
      why: 'Reading.',
    });
    expect(facts.beat).toMatchObject({ desk: 'catching_up', why: 'Reading.', heardAt: 2_000 });
    expect(facts.earlierBeat).toMatchObject({ heardAt: 0 });
  });

  it('dials again after a lost line and resumes from its last epoch and seq', () => {
    following();
    world.line.say({ t: 'delta', s: 6, up: { incidents: { b: {} } } });
    world.line.die();
    expect(facts).toMatchObject({ line: 'waiting', current: false, tryAt: 250 });
    world.pass(250);
    world.line.open();
    expect(world.line.sent).toEqual([{ op: 'subscribe', topic: TOPIC, epoch: 'e1', seq: 6 }]);
    world.line.say({ t: 'delta', s: 7, up: { incidents: { c: {} } } });
    expect(Object.keys(picture.state['incidents'] ?? {})).toEqual(['a', 'b', 'c']);
    expect(facts.current).toBe(false);
    world.line.say({ t: 'heartbeat', s: 7, at: AT, desk: 'live', why: null });
    expect(facts).toMatchObject({ current: true, failed: 0 });
  });

  it('waits longer after each try that fails', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7].map(() => {
      world.line.die();
      const wait = (facts.tryAt ?? 0) - world.time;
      world.pass(wait);
      return wait;
    });
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500]);
    expect(facts.failed).toBe(8);
  });

  it('goes on waiting longer when lines open and die at once', () => {
    world.line.open();
    world.line.die();
    world.pass(250);
    world.line.open();
    world.line.die();
    expect((facts.tryAt ?? 0) - world.time).toBe(500);
  });

  it('gives a line up that says nothing for ten seconds', () => {
    following();
    world.pass(SILENCE_MS - 1);
    expect(world.line.closedByPage).toBe(false);
    world.pass(1);
    expect(world.lines[0]?.closedByPage).toBe(true);
    expect(facts.line).toBe('waiting');
  });

  it('gives a dial up that never opens', () => {
    world.pass(SILENCE_MS);
    expect(world.lines[0]?.closedByPage).toBe(true);
    expect(facts).toMatchObject({ line: 'waiting', failed: 1 });
  });

  it('asks again on the same line when a delta is missing', () => {
    following();
    world.line.say({ t: 'delta', s: 7 });
    world.line.say({ t: 'delta', s: 8 });
    expect(world.line.sent.slice(1)).toEqual([
      { op: 'subscribe', topic: TOPIC, epoch: 'e1', seq: 5 },
    ]);
    expect(facts.current).toBe(false);
    for (const s of [6, 7, 8]) world.line.say({ t: 'delta', s });
    world.line.say({ t: 'heartbeat', s: 8, at: AT, desk: 'live', why: null });
    expect(facts.current).toBe(true);
    expect(world.lines).toHaveLength(1);
  });

  it('asks again when a heartbeat still does not agree, and takes a new line when that does not help', () => {
    following();
    world.line.say({ t: 'delta', s: 9 });
    for (let beats = 0; beats < 3; beats++) {
      expect(world.line.closedByPage).toBe(false);
      world.line.say({ t: 'heartbeat', s: 9, at: AT, desk: 'live', why: null });
    }
    expect(world.lines[0]?.sent).toHaveLength(4);
    expect(world.lines[0]?.closedByPage).toBe(true);
  });

  it('waits on one line for as long as a desk that restores says so, and keeps its picture', () => {
    following();
    world.line.die();
    world.pass(250);
    world.line.open();
    for (let seconds = 0; seconds < 120; seconds += 2) {
      world.line.say({ t: 'heartbeat', s: 5, at: AT, desk: 'catching_up', why: null });
      world.pass(2_000);
    }
    expect(world.lines).toHaveLength(2);
    expect(picture).toMatchObject({ e: 'e1', s: 5, state: { incidents: { a: {} } } });
    expect(facts.beat?.desk).toBe('catching_up');
  });

  it('waits so without a picture too, and is not current', () => {
    world.line.open();
    for (let seconds = 0; seconds < 120; seconds += 2) {
      world.line.say({ t: 'heartbeat', e: '', s: 0, at: AT, desk: 'catching_up', why: null });
      world.pass(2_000);
    }
    expect(world.lines).toHaveLength(1);
    expect(facts).toMatchObject({ current: false, failed: 0 });
    world.line.say({ t: 'snapshot', e: 'e2', s: 1, state: {} });
    expect(facts.current).toBe(true);
  });

  it('gives a picture that a thin line does not bring in time longer with each try', () => {
    const waited = [0, 1, 2, 3, 4].map(() => {
      world.line.open();
      const opened = world.time;
      while (facts.line === 'open') world.pass(1_000);
      const patience = world.time - opened;
      world.pass((facts.tryAt ?? 0) - world.time);
      return patience;
    });
    expect(waited).toEqual([10_000, 20_000, 40_000, 80_000, 80_000]);
    following();
    world.pass(SILENCE_MS);
    expect(world.line.closedByPage).toBe(true);
  });

  it('takes a new line when it had to ask more than three times on one', () => {
    following();
    for (const s of [6, 8, 10, 12]) {
      world.line.say({ t: 'delta', s: s + 1 });
      world.line.say({ t: 'snapshot', s, state: {} });
    }
    expect(world.lines[0]?.closedByPage).toBe(true);
    world.pass((facts.tryAt ?? 0) - world.time);
    expect(world.lines).toHaveLength(2);
  });

  it('shows the gap as catching up until its snapshot', () => {
    following();
    world.line.say({ t: 'gap', s: 90 });
    expect(facts.current).toBe(false);
    world.line.say({ t: 'snapshot', s: 90, state: {} });
    expect(facts.current).toBe(true);
  });

  it('drops a line that speaks no frames', () => {
    world.line.open();
    world.line.mumble('<html>');
    expect(world.lines[0]?.closedByPage).toBe(true);
    world.pass(250);
    world.line.open();
    world.line.mumble('{"t":"surprise"}');
    expect(world.lines[1]?.closedByPage).toBe(true);
  });

  it('ignores frames of other topics', () => {
    following();
    world.line.say({ t: 'delta', topic: 'westminster/business/x', s: 9 });
    expect(picture).toMatchObject({ s: 5, standing: 'following' });
  });

  it('says why it was refused', () => {
    world.line.open();
    world.line.say({ t: 'refused', reason: 'not_allowed' });
    expect(facts).toMatchObject({ refused: 'not_allowed', current: false });
  });

  it('does not hear a line that it has given up', () => {
    following();
    const old = world.line;
    world.pass(SILENCE_MS);
    old.say({ t: 'delta', s: 6 });
    old.die();
    expect(picture.s).toBe(5);
    expect(facts.line).toBe('waiting');
  });

  it('dials at once when told to', () => {
    following();
    world.line.die();
    connection.tryNow();
    expect(world.lines).toHaveLength(2);
    connection.tryNow();
    expect(world.lines).toHaveLength(2);
  });

  it('is quiet for good once stopped', () => {
    following();
    connection.stop();
    expect(world.line.closedByPage).toBe(true);
    world.line.die();
    world.pass(600_000);
    expect(world.lines).toHaveLength(1);
  });
});
