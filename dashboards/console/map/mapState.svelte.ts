/** What the map and the list beside it show: the basemap, where one looks, and which layers are on. */
import { recall, remember } from '../../shared/remembered';
import type { Desk } from '../desk.svelte';
import { hexesOf, placesOf, ranked, type Place } from '../views/places';
import { loadBasemap, middleOf, nearestStreet, type Basemap } from './basemap';
import {
  boundsOf,
  busiest,
  fitting,
  worldOf,
  type Bounds,
  type LonLat,
  type Size,
  type View,
} from './mercator';
import { blindOf, hexesIn, marksOf, spotted, type Scene } from './scene';

export type LayerName = 'usual' | 'incidents' | 'cameras' | 'venues';
export const LAYER_WORDS: Readonly<Record<LayerName, string>> = {
  usual: 'Against usual',
  incidents: 'Incidents',
  cameras: 'Cameras',
  venues: 'Venues',
};

const AROUND_PX = 36;
/** Never nearer at the start than the middle of a district. */
const NIGHT_ZOOM_MAX = 15;
const CLOSE_ZOOM = 15.2;

export class MapState {
  basemap: Basemap | null = $state.raw(null);
  /** There is none to be had: the map then shows marks on bare ground. */
  missing = $state(false);
  size: Size = $state.raw({ width: 0, height: 0 });
  view: View | null = $state.raw(null);
  layers: Record<LayerName, boolean> = $state(remembered());
  /** A place of the list that the map points out. */
  focus: Place | null = $state.raw(null);

  readonly places = $derived.by(() =>
    placesOf(this.desk.shown.windows, this.desk.span, this.desk.config),
  );
  readonly ranked = $derived.by(() => ranked(this.places));
  readonly blind = $derived.by(() =>
    blindOf(this.desk.shown.feeds, this.desk.at, this.desk.config),
  );
  /** Nothing is claimed to be blind or unusual while the desk itself is not heard. */
  readonly scene: Scene = $derived.by(() => ({
    marks: this.layers.incidents ? marksOf(this.desk.listed, this.desk.at, this.desk.config) : [],
    hexes:
      this.layers.usual && this.basemap !== null
        ? hexesIn(hexesOf(this.places), this.basemap, this.desk.config)
        : [],
    blind: this.desk.trusted ? this.blind : [],
    cameras: this.layers.cameras
      ? spotted(this.desk.config.cameras, this.desk.config.cameras_at)
      : [],
    venues: this.layers.venues ? spotted(this.desk.config.venues, this.desk.config.venues_at) : [],
    selected: this.desk.selected,
    focused: this.focus?.place ?? null,
  }));
  /** Where the selected incident or place is. */
  readonly pointedAt: { at: LonLat; name: string } | null = $derived.by(() => {
    const row = this.desk.rows.find((one) => one.id === this.desk.selected);
    if (row !== undefined) return { at: row.place, name: row.title };
    const place = this.focus;
    const at = place === null ? null : this.middle(place);
    return place === null || at === null ? null : { at, name: this.nameOf(place) };
  });

  /** The middle of the page is the map, or the table of wards: the same picture in figures. */
  table: boolean = $state(matchMedia('(forced-colors: active)').matches);

  private readonly names = new Map<string, string>();

  constructor(readonly desk: Desk) {}

  async load(): Promise<void> {
    const path = this.desk.config.basemap;
    const loaded = path === null ? null : await loadBasemap(path, (at) => fetch(at));
    this.basemap = loaded;
    this.missing = loaded === null;
  }

  /** The whole area, else all that is known. */
  borough(): void {
    const bounds = this.basemap?.bounds ?? boundsOf(this.desk.rows.map((row) => row.place));
    if (bounds !== null) this.lookAt(bounds);
  }

  isBorough(): boolean {
    const bounds = this.basemap?.bounds;
    if (!bounds || this.view === null) return false;
    return Math.abs(fitting(bounds, this.size, AROUND_PX).zoom - this.view.zoom) < 0.05;
  }

  /** Where most of the night is, else the whole area. */
  night(): void {
    const most = busiest(this.desk.rows.map((row) => row.place));
    if (most === null) this.borough();
    else this.lookAt(most, NIGHT_ZOOM_MAX);
  }

  showTable(shown: boolean): void {
    this.table = shown;
    if (this.desk.view === 'list') this.desk.view = 'map';
  }

  lookAt(bounds: Bounds, zoomMax?: number): void {
    this.view = fitting(bounds, this.size, AROUND_PX, zoomMax);
  }

  /** Brings a place to the middle, near enough to see what stands there. */
  goTo([lon, lat]: LonLat): void {
    this.view = { lon, lat, zoom: Math.max(this.view?.zoom ?? 0, CLOSE_ZOOM) };
  }

  point(place: Place): void {
    this.focus = this.focus?.key === place.key ? null : place;
    if (this.focus === null) return;
    const ward = this.basemap?.layers.ward.find(({ kind }) => kind === place.place);
    const bounds = boundsOf(ward?.lines.flat() ?? []);
    const middle = this.middle(place);
    if (bounds !== null) this.lookAt(bounds);
    else if (middle !== null) this.goTo(middle);
  }

  toggle(layer: LayerName): void {
    this.layers[layer] = !this.layers[layer];
    remember(
      'layers',
      Object.entries(this.layers)
        .flatMap(([name, on]) => (on ? name : []))
        .join(' '),
    );
  }

  /** A ward by its name, a cell by the street that runs through it. */
  nameOf(place: Place): string {
    if (place.kind === 'ward') return this.desk.config.wards[place.place] ?? place.place;
    const known = this.names.get(place.place);
    if (known !== undefined) return known;
    const middle = this.middle(place);
    if (this.basemap === null || middle === null) return 'Outside the map';
    const street = nearestStreet(this.basemap, middle);
    const name = street === null ? `Cell ${place.place.slice(4, 9)}` : `By ${street}`;
    this.names.set(place.place, name);
    return name;
  }

  private middle(place: Place): LonLat | null {
    const ring =
      this.basemap?.cells.get(place.place) ??
      this.basemap?.layers.ward.find(({ kind }) => kind === place.place)?.lines[0];
    return ring === undefined ? null : middleOf(ring);
  }
}

/** Outer lines of the area in shares of the world, for what is cut to it. */
export function ringsOf(basemap: Basemap | null) {
  return (basemap?.layers.area ?? []).flatMap((shape) =>
    shape.lines.map((ring) => ring.map(worldOf)),
  );
}

function remembered(): Record<LayerName, boolean> {
  const said = recall('layers');
  const on = new Set((said ?? 'usual incidents cameras').split(' '));
  return {
    usual: on.has('usual'),
    incidents: on.has('incidents'),
    cameras: on.has('cameras'),
    venues: on.has('venues'),
  };
}
