/** The ground drawn by MapLibre on a graphics card. Loaded only where there is one. */
import { setWorkerUrl, Map as GlMap } from 'maplibre-gl';
import workerUrl from 'virtual:map-worker';
import { CELLS, layersOf, styleOf } from './glStyle';
import type { Size, View } from './mercator';
import type { Palette } from './palette';
import type { Hex } from './scene';
import type { Ground, Surface } from './surface';

type PaintName = Parameters<GlMap['setPaintProperty']>[1];

setWorkerUrl(workerUrl);

export class MapLibreMap implements Surface {
  private readonly map: GlMap;
  private readonly ids: ReadonlyMap<string, number>;
  private tinted: ReadonlyMap<string, number> = new Map();
  private palette: Palette;
  private loaded = false;

  /** `lost` is called when the card gives up, so that the plain map can take over. */
  constructor(ground: Ground, lost: () => void) {
    const box = document.createElement('div');
    box.className = 'ground';
    ground.holder.append(box);
    this.palette = ground.palette;
    this.ids = new Map([...ground.basemap.cells.keys()].map((cell, id) => [cell, id]));
    this.map = new GlMap({
      container: box,
      style: styleOf(ground.basemap, ground.palette),
      center: [ground.view.lon, ground.view.lat],
      zoom: ground.view.zoom,
      interactive: false,
      attributionControl: false,
      fadeDuration: 0,
      trackResize: false,
      renderWorldCopies: false,
    });
    this.map.getCanvas().removeAttribute('tabindex');
    this.map.getCanvas().setAttribute('aria-hidden', 'true');
    this.map.on('webglcontextlost', lost);
    this.map.on('load', () => this.catchUp());
  }

  show(view: View): void {
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
    this.map.redraw();
  }

  resize(_: Size): void {
    this.map.resize();
  }

  tint(hexes: readonly Hex[]): void {
    const next = new Map(hexes.map((hex) => [hex.cell, hex.step]));
    for (const [cell, step] of next) {
      if (this.tinted.get(cell) !== step) this.state(cell, step);
    }
    for (const cell of this.tinted.keys()) if (!next.has(cell)) this.state(cell, 0);
    this.tinted = next;
  }

  paint(palette: Palette): void {
    this.palette = palette;
    if (!this.loaded) return;
    for (const layer of layersOf(palette)) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        this.map.setPaintProperty(layer.id, name as PaintName, value);
      }
    }
  }

  remove(): void {
    this.map.remove();
  }

  /** What was asked for while the style was being read. */
  private catchUp(): void {
    this.loaded = true;
    this.paint(this.palette);
    for (const [cell, step] of this.tinted) this.state(cell, step);
  }

  private state(cell: string, step: number): void {
    const id = this.ids.get(cell);
    if (id !== undefined && this.loaded) this.map.setFeatureState({ source: CELLS, id }, { step });
  }
}
