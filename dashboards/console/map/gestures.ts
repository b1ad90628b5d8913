/** Fingers, mouse, wheel and keys that move the map; the same whatever draws it. */
import { clamp, panned, zoomed, type Pixel, type Size, type View } from './mercator';

export interface Hand {
  view(): View | null;
  size(): Size;
  look(view: View): void;
  /** A press that moved nothing. */
  tap(at: Pixel): void;
  /** Enter: what is nearest to the middle. */
  pick(): void;
}

const MOVED_PX = 4;
const KEY_PX = 90;
const WHEEL_PX_A_ZOOM = 320;
const WHEEL_LINE_PX = 40;

/** Follows what happens on `box`; returns how to stop. */
export function follow(box: HTMLElement, hand: Hand): () => void {
  const down = new Map<number, Pixel>();
  let moved = false;

  const at = (event: MouseEvent): Pixel => {
    const { left, top } = box.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const pressed = (event: PointerEvent): void => {
    if (event.button !== 0 || event.target !== box) return;
    box.setPointerCapture(event.pointerId);
    if (down.size === 0) moved = false;
    down.set(event.pointerId, at(event));
  };
  const dragged = (event: PointerEvent): void => {
    const from = down.get(event.pointerId);
    const view = hand.view();
    if (from === undefined || view === null) return;
    const to = at(event);
    if (!moved && Math.hypot(to.x - from.x, to.y - from.y) < MOVED_PX) return;
    moved = true;
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1] ?? null;
    down.set(event.pointerId, to);
    hand.look(
      other === null
        ? panned(view, to.x - from.x, to.y - from.y)
        : pinched(view, from, to, other, hand.size()),
    );
  };
  const released = (event: PointerEvent): void => {
    const was = down.delete(event.pointerId);
    if (was && down.size === 0 && !moved) hand.tap(at(event));
  };
  const wheeled = (event: WheelEvent): void => {
    const view = hand.view();
    if (view === null) return;
    event.preventDefault();
    const px =
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * WHEEL_LINE_PX;
    const by = clamp(-px / WHEEL_PX_A_ZOOM, -1, 1);
    hand.look(zoomed(view, by, at(event), hand.size()));
  };
  const keyed = (event: KeyboardEvent): void => {
    const view = hand.view();
    if (view === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      event.preventDefault(); // else it would press the first button of what it opens
      return hand.pick();
    }
    const next = byKey(event.key, view, hand.size());
    if (next === null) return;
    event.preventDefault();
    hand.look(next);
  };

  box.addEventListener('pointerdown', pressed);
  box.addEventListener('pointermove', dragged);
  box.addEventListener('pointerup', released);
  box.addEventListener('pointercancel', released);
  box.addEventListener('wheel', wheeled, { passive: false });
  box.addEventListener('keydown', keyed);
  return () => {
    box.removeEventListener('pointerdown', pressed);
    box.removeEventListener('pointermove', dragged);
    box.removeEventListener('pointerup', released);
    box.removeEventListener('pointercancel', released);
    box.removeEventListener('wheel', wheeled);
    box.removeEventListener('keydown', keyed);
  };
}

/** Arrows pull, + and - zoom; null for any other key. */
export function byKey(key: string, view: View, size: Size): View | null {
  const middle = { x: size.width / 2, y: size.height / 2 };
  switch (key) {
    case 'ArrowLeft':
      return panned(view, KEY_PX, 0);
    case 'ArrowRight':
      return panned(view, -KEY_PX, 0);
    case 'ArrowUp':
      return panned(view, 0, KEY_PX);
    case 'ArrowDown':
      return panned(view, 0, -KEY_PX);
    case '+':
    case '=':
      return zoomed(view, 0.5, middle, size);
    case '-':
      return zoomed(view, -0.5, middle, size);
    default:
      return null;
  }
}

/** One finger went from `from` to `to` while the other stayed at `other`. */
export function pinched(view: View, from: Pixel, to: Pixel, other: Pixel, size: Size): View {
  const before = Math.hypot(from.x - other.x, from.y - other.y);
  const after = Math.hypot(to.x - other.x, to.y - other.y);
  if (before < 1 || after < 1) return view;
  return zoomed(view, Math.log2(after / before), other, size);
}
