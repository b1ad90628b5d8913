/** Whether this machine can draw the full map: WebGL 2 by a graphics card, not by the processor. */
import { recall, remember } from '../../shared/remembered';

/** low: a plain drawing that any machine keeps up with. */
export type Graphics = 'full' | 'low';
export interface GraphicsChoice {
  readonly graphics: Graphics;
  /** Why it is low, in words; empty when it is full. */
  readonly why: string;
}

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render|warp/i;

/** What the machine says draws for it; null where there is no WebGL 2 at all. */
export function rendererOf(make = () => document.createElement('canvas')): string | null {
  const gl = make().getContext('webgl2');
  if (gl === null) return null;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' ? name : '';
}

export function chooseGraphics(
  renderer: string | null,
  wish: string | null,
  forcedColours: boolean,
): GraphicsChoice {
  if (forcedColours) return { graphics: 'low', why: 'your system sets the colours' };
  if (renderer === null) return { graphics: 'low', why: 'this browser has no WebGL 2' };
  if (wish === 'full') return { graphics: 'full', why: '' };
  if (wish === 'low') return { graphics: 'low', why: 'you chose it' };
  return SOFTWARE.test(renderer)
    ? { graphics: 'low', why: 'this machine has no graphics card for it' }
    : { graphics: 'full', why: '' };
}

export function wishedGraphics(): string | null {
  return recall('graphics');
}

export function wishGraphics(graphics: Graphics): void {
  remember('graphics', graphics);
}
