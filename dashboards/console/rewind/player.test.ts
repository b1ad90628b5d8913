import { beforeEach, describe, expect, it } from 'vitest';
import { Rest } from '../../shared/rest';
import { RestFake, settled } from '../../shared/rest.fake';
import { AT_PRESENT, Player, type Played, type Span } from './player';

const OPENS = Date.parse('2026-05-16T17:00:00Z');
const MIN = 60_000;
const at = (minutes: number): number => OPENS + minutes * MIN;

/** A clock that moves only when told to; what is due runs in its order. */
class Clock {
  time = 0;
  private due: { at: number; act: () => void }[] = [];

  after(ms: number, act: () => void): () => void {
    const one = { at: this.time + ms, act };
    this.due.push(one);
    return () => (this.due = this.due.filter((other) => other !== one));
  }

  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    await settled();
    for (;;) {
      this.due.sort((a, b) => a.at - b.at);
      const next = this.due[0];
      if (next === undefined || next.at > until) break;
      this.due.shift();
      this.time = next.at;
      next.act();
      await settled();
    }
    this.time = until;
  }
}

let desk: RestFake;
let clock: Clock;
let span: Span;
let player: Player;
let played: Played;
let seen: number[];

beforeEach(() => {
  desk = new RestFake();
  desk.pictures = (then) => ({ incidents: { [then]: {} } });
  clock = new Clock();
  span = { from: OPENS, to: at(300), live: true };
  played = AT_PRESENT;
  seen = [];
  const rest = new Rest(desk.fetch);
  player = new Player(
    {
      now: () => clock.time,
      after: (ms, act) => clock.after(ms, act),
      load: (then, signal) => rest.picture(then, signal),
      span: () => span,
    },
    (now) => {
      if (now.shown !== null && now.shown !== played.shown) seen.push(now.shown.at);
      played = now;
    },
  );
});

describe('seeking', () => {
  it('shows the picture of the moment, exactly as it came', async () => {
    player.seek(at(120));
    expect(played).toMatchObject({ wanted: at(120), shown: null });
    await settled();
    expect(played.shown).toEqual({ at: at(120), state: { incidents: { [at(120)]: {} } } });
  });

  it('is live at once, whatever is on its way', async () => {
    desk.held = true;
    player.seek(at(120));
    player.live();
    expect(played).toEqual(AT_PRESENT);
    await desk.release();
    expect(played).toEqual(AT_PRESENT);
  });

  it('the present is live, and before the night there is its opening', async () => {
    player.seek(at(-5));
    await settled();
    expect(played.shown?.at).toBe(OPENS);
    player.seek(at(301));
    expect(played).toEqual(AT_PRESENT);
  });

  it('a minute back from the present is the last whole minute, and on from there', async () => {
    span = { ...span, to: at(300) + 7_000 };
    player.nudge(-MIN);
    expect(played.wanted).toBe(at(300));
    player.nudge(-MIN);
    expect(played.wanted).toBe(at(299));
    player.nudge(-15 * MIN);
    expect(played.wanted).toBe(at(285));
    player.nudge(-15 * MIN);
    expect(played.wanted).toBe(at(270));
    player.nudge(MIN);
    expect(played.wanted).toBe(at(271));
    for (const wanted of [at(285), at(300), null]) {
      player.nudge(15 * MIN);
      expect(played.wanted).toBe(wanted);
    }
  });

  it('a night that is over ends at its end', async () => {
    span = { ...span, live: false };
    player.seek(at(400));
    await settled();
    expect(played.shown?.at).toBe(at(300));
  });

  it('dragging for a second over a hundred moments asks for a few, and ends on the last', async () => {
    for (let moment = 0; moment <= 100; moment++) {
      player.seek(at(moment));
      await clock.pass(10);
    }
    await clock.pass(1_000);
    expect(desk.asked.length).toBeLessThanOrEqual(9);
    expect(played.shown?.at).toBe(at(100));
    expect(seen.length).toBeGreaterThan(3); // something is seen on the way
  });

  it('an answer that comes after the next one was asked for never replaces it', async () => {
    desk.held = true;
    player.seek(at(10));
    await clock.pass(200);
    player.seek(at(20));
    await clock.pass(200);
    await desk.release();
    expect(played.shown?.at).toBe(at(20));
  });
});

describe('playing', () => {
  it.each([
    [1, 10, 10_000],
    [10, 20, 100_000],
    [60, 40, 600_000],
    [600, 40, 6_000_000],
  ] as const)(
    'at ×%i ten seconds show %i pictures, %i ms of the night',
    async (speed, pictures, ran) => {
      player.setSpeed(speed);
      player.seek(at(10));
      await settled();
      player.play(0);
      await clock.pass(10_000);
      expect(seen).toHaveLength(pictures + 1);
      expect(played.shown?.at).toBe(at(10) + ran);
      expect(desk.asked.length).toBeLessThanOrEqual(pictures + 1 + 4);
    },
  );

  it('starts a while before the present when it is live', async () => {
    player.play(15 * MIN);
    await settled();
    expect(played).toMatchObject({ playing: true, shown: { at: at(285) } });
  });

  it('a slow server slows the night down; the time told is the time shown', async () => {
    desk.held = true;
    player.setSpeed(60);
    player.seek(at(10));
    await desk.release();
    player.play(0);
    await clock.pass(5_000);
    expect(played.shown?.at).toBe(at(10));
    expect(desk.open).toHaveLength(2);
    await desk.release(1);
    expect(played.shown?.at).toBe(at(10) + 15_000);
  });

  it('pauses, and goes on from there', async () => {
    player.seek(at(10));
    await settled();
    player.play(0);
    await clock.pass(3_000);
    player.pause();
    await clock.pass(3_000);
    expect(played).toMatchObject({ playing: false, shown: { at: at(10) + 3_000 } });
    player.play(0);
    await clock.pass(1_000);
    expect(played.shown?.at).toBe(at(10) + 4_000);
  });

  it('a new speed holds from the next step on', async () => {
    player.seek(at(10));
    await settled();
    player.play(0);
    player.setSpeed(60);
    await clock.pass(1_000);
    expect(played.shown?.at).toBe(at(11));
  });

  it('reaches the present and is live', async () => {
    player.setSpeed(600);
    player.seek(at(295));
    await settled();
    player.play(0);
    await clock.pass(5_000);
    expect(played).toEqual({ ...AT_PRESENT, speed: 600 });
  });

  it('stops at the end of a night that is over, and plays it again from its opening', async () => {
    span = { ...span, live: false };
    player.setSpeed(600);
    player.seek(at(296));
    await settled();
    player.play(0);
    await clock.pass(5_000);
    expect(played).toMatchObject({ playing: false, shown: { at: at(300) } });
    player.play(0);
    await settled();
    expect(played).toMatchObject({ playing: true, shown: { at: OPENS } });
  });

  it('a drag while it plays goes on from where it was let go', async () => {
    player.setSpeed(60);
    player.seek(at(10));
    await settled();
    player.play(0);
    await clock.pass(1_000);
    player.seek(at(100));
    await clock.pass(1_000);
    expect(played.playing).toBe(true);
    expect(played.shown?.at).toBeGreaterThan(at(100));
  });
});

describe('what goes wrong', () => {
  it('no record for that time is said, and what was seen stays', async () => {
    desk.recordBegins = at(60);
    player.seek(at(90));
    await settled();
    player.seek(at(30));
    await clock.pass(1_000);
    expect(played).toMatchObject({
      wanted: at(30),
      shown: { at: at(90) },
      failure: 'The record begins later than that.',
    });
  });

  it('a server that goes away stops the playing, and says so; play tries again', async () => {
    player.setSpeed(60);
    player.seek(at(10));
    await settled();
    player.play(0);
    await clock.pass(1_000);
    desk.away = true;
    await clock.pass(5_000);
    expect(played).toMatchObject({ playing: false, failure: 'The desk does not answer.' });
    const asked = desk.asked.length;
    await clock.pass(60_000);
    expect(desk.asked).toHaveLength(asked);
    desk.away = false;
    player.play(0);
    await clock.pass(2_000);
    expect(played).toMatchObject({ playing: true, failure: null });
  });
});
