/** What the map and the list beside it show: the basemap, where one looks, and which layers are on. */
import { recall, remember } from '../../shared/remembered';
import type { Desk } from '../desk.svelte';
import { placeName } from '../views/placeCounts';
import { hexesOf, placesOf, ranked, type Place } from '../views/places';
import { loadBasemap, middleOf, nearestStreet, type Basemap, type Shape } from './basemap';
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
    chosen: this.chosen === null ? [] : this.linesOf(this.chosen.place),
  }));
  /** The place that is selected, on the map or in a list. */
  readonly chosen = $derived.by(() => (this.desk.choice?.is === 'place' ? this.desk.choice : null));
  /** Where the selected incident or place is. */
  readonly pointedAt: { at: LonLat; name: string } | null = $derived.by(() => {
    const row = this.desk.rows.find((one) => one.id === this.desk.selected);
    if (row !== undefined) return { at: row.place, name: row.title };
    const place = this.chosen?.place;
    const at = place === undefined ? null : this.middle(place);
    return place === undefined || at === null ? null : { at, name: this.nameOf(place) };
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

  /** Selects a place of a list, and brings it into view. */
  choose({ place, group }: Place): void {
    this.desk.choose({ is: 'place', place, group });
    const isWard = place in this.desk.config.wards;
    const bounds = isWard ? boundsOf(this.linesOf(place).flat()) : null;
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

  /** A cell by the street that runs through it, else as any place is named. */
  nameOf(place: string): string {
    const known = this.names.get(place);
    if (known !== undefined) return known;
    const ring = this.basemap?.cells.get(place);
    const street =
      ring === undefined || this.basemap === null
        ? null
        : nearestStreet(this.basemap, middleOf(ring));
    if (street === null) return placeName(place, this.desk.shown.incidents, this.desk.config);
    const name = `By ${street}`;
    this.names.set(place, name);
    return name;
  }

  private middle(place: string): LonLat | null {
    const [ring] = this.linesOf(place);
    return ring === undefined ? null : middleOf(ring);
  }

  private linesOf(place: string): Shape['lines'] {
    const ring = this.basemap?.cells.get(place);
    if (ring !== undefined) return [ring];
    return this.basemap?.layers.ward.find(({ kind }) => kind === place)?.lines ?? [];
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
