import { describe, expect, it } from 'vitest';
import { CONFIG } from '../shared/builders';
import { TestPhone } from './builders';
import { askWhose, isPremises } from './premises';

const DOOR = {
  venue: 'blue-door',
  name: 'The Blue Door',
  timeZone: 'Europe/London',
  replay: false,
};
const config = () => Promise.resolve(Response.json(CONFIG));
const never = () => Promise.reject(new Error('must not be asked'));

describe('whose phone it is', () => {
  it('is the session’s venue, by the name that the desk gives it', async () => {
    const { exchange } = await TestPhone.on();
    expect(await askWhose(exchange, config, null)).toEqual({ is: 'venue', premises: DOOR });
  });

  it('is not asked for again while it is the same venue', async () => {
    const { exchange } = await TestPhone.on();
    expect(await askWhose(exchange, never, DOOR)).toEqual({ is: 'venue', premises: DOOR });
  });

  it('is asked for again when another venue signed in', async () => {
    const phone = await TestPhone.on();
    phone.venue = 'lantern-yard';
    const answer = await askWhose(phone.exchange, config, DOOR);
    expect(answer).toMatchObject({ premises: { venue: 'lantern-yard', name: 'Lantern Yard' } });
  });

  it('is nobody’s when signed out', async () => {
    const phone = await TestPhone.on();
    phone.venue = null;
    expect(await askWhose(phone.exchange, never, DOOR)).toEqual({ is: 'signed_out' });
  });
});

it('what another version kept is not taken for premises', () => {
  expect([isPremises(DOOR), isPremises(undefined), isPremises({ venue: 1 })]).toEqual([
    true,
    false,
    false,
  ]);
});
