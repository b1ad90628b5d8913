/** What the connection needs from its surroundings, so that tests can be those surroundings. */

export interface Line {
  send(text: string): void;
  close(): void;
}

export interface LineEvents {
  opened(): void;
  heard(text: string): void;
  closed(): void;
}

export interface Surroundings {
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Runs `act` after `ms`; the answer calls it off. */
  after(ms: number, act: () => void): () => void;
  /** In [0, 1). */
  random(): number;
  dial(events: LineEvents): Line;
}

/** The browser's own clock, timers and WebSocket. */
export function browserSurroundings(address: string): Surroundings {
  return {
    now: () => performance.now(),
    random: () => Math.random(),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    dial: (events) => {
      const socket = new WebSocket(address);
      socket.onopen = () => events.opened();
      socket.onmessage = (message) => events.heard(String(message.data));
      socket.onclose = () => events.closed();
      return socket;
    },
  };
}
