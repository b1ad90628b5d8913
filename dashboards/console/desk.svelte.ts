/** What the console shows: the live store, what the operator chose, and the views derived from both. */
import { isReplay, speedOf, type Config } from '../shared/config';
import { deskTime } from '../shared/live/clock';
import type { Live } from '../shared/live/live.svelte';
import { truthOf, type Truth } from '../shared/live/truth';
import { recall, remember } from '../shared/remembered';
import { Rest } from '../shared/rest';
import { chooseTheme, chosenTheme, type Theme } from '../shared/theme';
import type { Incident } from '../shared/types';
import { wallClock, type WallClock } from '../shared/words/clock';
import { goBack, goForward, goTo, moveTo, NOWHERE, type Choice, type Trail } from './choice';
import { awayTruth } from './rewind/away';
import type { Span as NightSpan } from './rewind/player';
import { Rewind } from './rewind/rewind.svelte';
import { Shown } from './rewind/shown.svelte';
import { SeenTeller } from './seen';
import { feedChips } from './views/feeds';
import { countsByGroup, EVERYTHING, rowOf, wanted, type Row, type Wish } from './views/incidents';
import { lastNight, tonight } from './views/night';
import { wardTable, type Span } from './views/wards';

export type View = 'list' | 'map' | 'detail';

export class Desk {
  wish: Wish = $state.raw(EVERYTHING);
  span: Span = $state(60);
  trail: Trail = $state.raw(NOWHERE);
  view: View = $state('list');
  filtersOpen: boolean = $state(false);
  theme: Theme = $state(chosenTheme());
  keysOn: boolean = $state(recall('keys') !== 'off');

  readonly clock: WallClock;
  readonly replay: boolean;
  readonly speed: number;

  readonly rewind: Rewind;
  /** What every panel shows: the present, or the night as it looked. */
  readonly shown: Shown;

  /** The desk's own clock, and the time of what is shown: the same unless the night is rewound. */
  readonly liveAt = $derived.by(() => deskTime(this.live.facts, this.live.now, this.speed));
  readonly at = $derived.by(() => this.shown.at?.getTime() ?? this.liveAt);
  readonly truth = $derived.by(() =>
    awayTruth(this.liveTruth(), this.rewind.played, this.clock.hms),
  );
  /** Whether there is any picture: until then "nothing" would be a lie. */
  readonly known = $derived.by(() => this.live.picture.e !== null);
  /** Ages and colours can be trusted only while the desk is heard. */
  readonly trusted = $derived.by(() => ['live', 'replay', 'catching_up'].includes(this.truth.kind));
  readonly night = $derived.by(() => tonight(this.shown.nights));
  readonly lastNight = $derived.by(() => lastNight(this.shown.nights));
  /** The night that can be rewound: the one that runs, else the last. */
  readonly rewindable = $derived.by(() => tonight(this.live.nights) ?? lastNight(this.live.nights));
  readonly chips = $derived.by(() => feedChips(this.shown.feeds, this.at));
  readonly rows = $derived.by(() => this.shown.incidents.map((incident) => this.row(incident)));
  readonly groupCounts = $derived.by(() => countsByGroup(this.rows));
  /** The rows of the list: what the search and the filters leave, in their order. */
  readonly listed = $derived.by(() => wanted(this.rows, this.wish, this.at));
  readonly wards = $derived.by(() => wardTable(this.shown.windows, this.span, this.config));
  readonly choice = $derived.by(() => this.trail.here);
  /** The selected incident's id. */
  readonly selected = $derived.by(() => (this.choice?.is === 'incident' ? this.choice.id : null));
  readonly incident = $derived.by(
    () => this.shown.incidents.find((incident) => incident.id === this.selected) ?? null,
  );

  readonly seen: SeenTeller;

  private readonly made = new WeakMap<Incident, Row>();

  constructor(
    readonly live: Live,
    readonly config: Config,
    readonly rest: Rest = new Rest(),
  ) {
    this.rewind = new Rewind(rest, () => this.nightSpan());
    this.shown = new Shown(live, this.rewind);
    this.seen = new SeenTeller(rest);
    this.clock = wallClock(config.area.time_zone);
    this.replay = isReplay(config);
    this.speed = speedOf(config);
  }

  /** Opens an incident, or (null) the night so far. */
  select(id: string | null): void {
    this.choose(id === null ? null : { is: 'incident', id });
  }

  choose(choice: Choice | null): void {
    this.take(goTo(this.trail, choice));
  }

  back(): void {
    this.take(goBack(this.trail));
  }

  forward(): void {
    this.take(goForward(this.trail));
  }

  /** Escape: first to the present, then to the night so far. */
  escape(): void {
    if (this.rewind.away) this.rewind.live();
    else this.choose(null);
  }

  /** Selects the next row (`by` 1) or the previous (-1); stops at the ends. The view stays. */
  move(by: 1 | -1): void {
    const here = this.listed.findIndex((row) => row.id === this.selected);
    const next = here === -1 ? 0 : Math.min(this.listed.length - 1, Math.max(0, here + by));
    const id = this.listed[next]?.id;
    if (id !== undefined) this.trail = moveTo(this.trail, { is: 'incident', id });
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

  private take(trail: Trail): void {
    this.trail = trail;
    if (trail.here !== null) this.view = 'detail';
    else if (this.view === 'detail') this.view = 'list';
  }

  private liveTruth(): Truth {
    return truthOf(this.live.facts, {
      now: this.live.now,
      wall: Date.now(),
      isReplay: this.replay,
      speed: this.speed,
      clock: this.clock.hms,
    });
  }

  /** To the desk's clock as it was last told: of what comes after that there is no record yet. */
  private nightSpan(): NightSpan | null {
    const night = this.rewindable;
    const { beat } = this.live.facts;
    if (night === null || beat === null) return null;
    const live = night.status === 'open';
    const to = live ? beat.at : Date.parse(night.closes_at);
    return { from: Date.parse(night.opens_at), to, live };
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
