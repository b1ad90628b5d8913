/** What the console shows: the live store, what the operator chose, and the views derived from both. */
import { isReplay, speedOf, type Config } from '../shared/config';
import { deskTime } from '../shared/live/clock';
import type { Live } from '../shared/live/live.svelte';
import { truthOf } from '../shared/live/truth';
import { recall, remember } from '../shared/remembered';
import { chooseTheme, chosenTheme, type Theme } from '../shared/theme';
import type { Incident } from '../shared/types';
import { wallClock, type WallClock } from '../shared/words/clock';
import { feedChips } from './views/feeds';
import { countsByGroup, EVERYTHING, rowOf, wanted, type Row, type Wish } from './views/incidents';
import { lastNight, tonight } from './views/night';
import { wardTable, type Span } from './views/wards';

export type View = 'list' | 'map' | 'detail';

export class Desk {
  wish: Wish = $state.raw(EVERYTHING);
  span: Span = $state(60);
  selected: string | null = $state(null);
  view: View = $state('list');
  theme: Theme = $state(chosenTheme());
  keysOn: boolean = $state(recall('keys') !== 'off');

  readonly clock: WallClock;
  readonly replay: boolean;
  readonly speed: number;

  readonly at = $derived.by(() => deskTime(this.live.facts, this.live.now, this.speed));
  readonly truth = $derived.by(() =>
    truthOf(this.live.facts, {
      now: this.live.now,
      wall: Date.now(),
      isReplay: this.replay,
      speed: this.speed,
      clock: this.clock.hms,
    }),
  );
  /** Whether there is any picture: until then "nothing" would be a lie. */
  readonly known = $derived.by(() => this.live.picture.e !== null);
  /** Ages and colours can be trusted only while the desk is heard. */
  readonly trusted = $derived.by(() => ['live', 'replay', 'catching_up'].includes(this.truth.kind));
  readonly night = $derived.by(() => tonight(this.live.nights));
  readonly lastNight = $derived.by(() => lastNight(this.live.nights));
  readonly chips = $derived.by(() => feedChips(this.live.feeds, this.at));
  readonly rows = $derived.by(() => this.live.incidents.map((incident) => this.row(incident)));
  readonly groupCounts = $derived.by(() => countsByGroup(this.rows));
  readonly shown = $derived.by(() => wanted(this.rows, this.wish));
  readonly wards = $derived.by(() => wardTable(this.live.windows, this.span, this.config));
  readonly incident = $derived.by(
    () => this.live.incidents.find((incident) => incident.id === this.selected) ?? null,
  );

  private readonly made = new WeakMap<Incident, Row>();

  constructor(
    readonly live: Live,
    readonly config: Config,
  ) {
    this.clock = wallClock(config.area.time_zone);
    this.replay = isReplay(config);
    this.speed = speedOf(config);
  }

  select(id: string | null): void {
    this.selected = id;
    if (id !== null) this.view = 'detail';
    else if (this.view === 'detail') this.view = 'list';
  }

  /** Selects the next row (`by` 1) or the previous (-1); stops at the ends. The view stays. */
  move(by: 1 | -1): void {
    const here = this.shown.findIndex((row) => row.id === this.selected);
    const next = here === -1 ? 0 : Math.min(this.shown.length - 1, Math.max(0, here + by));
    this.selected = this.shown[next]?.id ?? this.selected;
  }

  want(wish: Partial<Wish>): void {
    this.wish = { ...this.wish, ...wish };
  }

  toggleGroup(group: string): void {
    const groups = new Set(this.wish.groups);
    if (!groups.delete(group)) groups.add(group);
    this.want({ groups });
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    chooseTheme(theme);
  }

  setKeys(on: boolean): void {
    this.keysOn = on;
    remember('keys', on ? 'on' : 'off');
  }

  /** A record that did not change keeps its row, so that a list of hundreds costs what changed. */
  private row(incident: Incident): Row {
    const known = this.made.get(incident);
    if (known !== undefined) return known;
    const row = rowOf(incident, this.config);
    this.made.set(incident, row);
    return row;
  }
}
