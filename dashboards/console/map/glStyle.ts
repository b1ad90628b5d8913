/** The ground as a MapLibre style made of our own tokens and shapes: no tiles, no glyphs, no sprites, no network. */
import type { Geometry } from 'geojson';
import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl';
import { centroidOf, LAYERS, type Basemap, type Layer, type Shape } from './basemap';
import { lonLatOf } from './mercator';
import type { Palette, Token } from './palette';
import { BOROUGH_ZOOM, DISTRICT_ZOOM, STREET_PX, STREET_ZOOM } from './surface';

/** The source of the cells; their tint is feature state, so that a change costs only the cells that changed. */
export const CELLS = 'cells';

export function styleOf(basemap: Basemap, palette: Palette): StyleSpecification {
  const shapes = LAYERS.map((layer) => [layer, sourceOf(layer, basemap.layers[layer])]);
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(shapes),
      ...Object.fromEntries(
        NAMED.map((layer) => [middlesOf(layer), middles(basemap.layers[layer])]),
      ),
      [CELLS]: cellSource(basemap),
    },
    layers: layersOf(palette),
  };
}

/** What changes with the theme. */
export function layersOf(palette: Palette): LayerSpecification[] {
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': palette['--map-ground'] } },
    fill('block', palette['--map-block'], 13),
    fill('park', palette['--map-park']),
    fill('water', palette['--map-water']),
    fill('building', palette['--map-building'], DISTRICT_ZOOM),
    line('canal', palette['--map-water'], 4),
    ...(['path', 'minor', 'mid', 'major'] as const).map((kind) => street(kind, palette)),
    ...cellLayers(palette),
    outside(palette),
    {
      ...line('ward', palette['--map-ward'], 1),
      paint: {
        'line-color': palette['--map-ward'],
        'line-width': 1,
        'line-dasharray': [1, 4],
      },
      layout: { 'line-cap': 'round' },
    },
    ...names(palette),
  ];
}

function sourceOf(layer: Layer, shapes: readonly Shape[]): SourceSpecification {
  const features = shapes.map(({ name, kind, lines }) => ({
    type: 'Feature' as const,
    properties: { name, kind },
    geometry: geometryOf(layer, lines),
  }));
  return { type: 'geojson', data: { type: 'FeatureCollection', features } };
}

function geometryOf(layer: Layer, lines: Shape['lines']): Geometry {
  const coordinates = lines.map((points) => points.map(([lon, lat]) => [lon, lat]));
  if (layer === 'station') return { type: 'Point', coordinates: coordinates[0]?.[0] ?? [0, 0] };
  if (layer === 'street' || layer === 'canal') return { type: 'MultiLineString', coordinates };
  if (layer === 'area') return { type: 'Polygon', coordinates: [EVERYWHERE, ...coordinates] };
  return { type: 'Polygon', coordinates };
}

/** One point a shape: an area that is cut into tiles would be named in each. */
function middles(shapes: readonly Shape[]): SourceSpecification {
  const features = shapes.map(({ name, lines }) => {
    const [lon, lat] = lonLatOf(centroidOf(lines[0] ?? []));
    return {
      type: 'Feature' as const,
      properties: { name },
      geometry: { type: 'Point' as const, coordinates: [lon, lat] },
    };
  });
  return { type: 'geojson', data: { type: 'FeatureCollection', features } };
}

const NAMED: readonly Layer[] = ['ward', 'park', 'water'];
const middlesOf = (layer: Layer): string => `${layer}-middle`;

/** What lies outside the area is everything but the area. */
const EVERYWHERE = [
  [-20, 30],
  [20, 30],
  [20, 65],
  [-20, 65],
  [-20, 30],
];

function cellSource(basemap: Basemap): SourceSpecification {
  const features = [...basemap.cells].map(([cell, ring], id) => ({
    type: 'Feature' as const,
    id,
    properties: { cell },
    geometry: { type: 'Polygon' as const, coordinates: [ring.map(([lon, lat]) => [lon, lat])] },
  }));
  return { type: 'geojson', data: { type: 'FeatureCollection', features } };
}

function cellLayers(palette: Palette): LayerSpecification[] {
  const byStep = (of: (step: 1 | 2 | 3) => string): ExpressionSpecification =>
    [
      'match',
      ['coalesce', ['feature-state', 'step'], 0],
      ...([1, 2, 3] as const).flatMap((step) => [step, of(step)] as const),
      'rgba(0, 0, 0, 0)',
    ] as unknown as ExpressionSpecification;
  return [
    {
      id: 'hex',
      type: 'fill',
      source: CELLS,
      paint: { 'fill-color': byStep((step) => palette[`--map-hex-${step}`]) },
    },
    {
      id: 'hex-line',
      type: 'line',
      source: CELLS,
      paint: { 'line-color': byStep(() => palette['--map-hex-line']), 'line-width': 1 },
    },
  ];
}

function outside(palette: Palette): LayerSpecification {
  return {
    id: 'outside',
    type: 'fill',
    source: 'area',
    paint: { 'fill-color': palette['--map-outside'], 'fill-opacity': 0.72 },
  };
}

function fill(layer: Layer, colour: string, minzoom = 0): LayerSpecification {
  return { id: layer, type: 'fill', source: layer, minzoom, paint: { 'fill-color': colour } };
}

function line(layer: Layer, colour: string, width: number) {
  const paint = { 'line-color': colour, 'line-width': width };
  return { id: layer, type: 'line' as const, source: layer, paint };
}

function street(kind: string, palette: Palette): LayerSpecification {
  const [far = 0, near = 0, close = 0] = STREET_PX[kind] ?? [];
  const colour: Token = kind === 'major' ? '--map-main' : '--map-street';
  return {
    id: `street-${kind}`,
    type: 'line',
    source: 'street',
    minzoom: far > 0 ? 0 : near > 0 ? 13 : STREET_ZOOM,
    filter: ['==', ['get', 'kind'], kind],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: {
      'line-color': palette[colour],
      'line-width': [
        'interpolate',
        ['linear'],
        ['zoom'],
        ...[BOROUGH_ZOOM, far, DISTRICT_ZOOM, near, STREET_ZOOM + 1, close],
      ] as unknown as ExpressionSpecification,
    },
  };
}

/** The last layer is placed first: stations before streets before parks before wards. */
function names(palette: Palette): LayerSpecification[] {
  return [
    label('ward', palette, {
      minzoom: BOROUGH_ZOOM - 0.8,
      layout: { 'text-transform': 'uppercase', 'text-letter-spacing': 0.16, 'text-size': 13 },
    }),
    label('park', palette, { minzoom: DISTRICT_ZOOM }),
    label('water', palette, {
      minzoom: DISTRICT_ZOOM,
      layout: { 'text-letter-spacing': 0.14, 'text-size': 12 },
    }),
    ...(
      [
        ['minor', STREET_ZOOM],
        ['mid', 14.8],
        ['major', DISTRICT_ZOOM - 0.6],
      ] as const
    ).map(([kind, minzoom]) => ({
      ...label('street', palette, { minzoom, layout: { 'symbol-placement': 'line' } }),
      id: `name-${kind}`,
      filter: ['==', ['get', 'kind'], kind] as ExpressionSpecification,
    })),
    {
      id: 'stop',
      type: 'circle',
      source: 'station',
      minzoom: DISTRICT_ZOOM - 0.6,
      paint: {
        'circle-radius': 3.5,
        'circle-color': palette['--map-ground'],
        'circle-stroke-color': palette['--map-label'],
        'circle-stroke-width': 1.5,
      },
    },
    label('station', palette, {
      minzoom: DISTRICT_ZOOM,
      layout: { 'text-offset': [0, 1.3] },
    }),
  ];
}

function label(
  layer: Layer,
  palette: Palette,
  more: { minzoom: number; layout?: Record<string, unknown> },
) {
  return {
    id: `name-${layer}`,
    type: 'symbol' as const,
    source: NAMED.includes(layer) ? middlesOf(layer) : layer,
    minzoom: more.minzoom,
    layout: {
      'text-field': ['get', 'name'] as ExpressionSpecification,
      'text-font': [FONT],
      'text-size': 11.5,
      'text-padding': 4,
      ...more.layout,
    },
    paint: {
      'text-color': palette['--map-label'],
      'text-halo-color': palette['--map-halo'],
      'text-halo-width': 1.5,
    },
  };
}

/** Drawn by the browser itself: the style names no glyphs. */
const FONT = 'Atkinson Hyperlegible Next';
