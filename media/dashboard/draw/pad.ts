/**
 * The plane under the hand: a mouse, a finger, a pen or the keyboard puts modes on it and takes them away.
 */
import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import { h } from '../dom.ts';
import { surfaceOf } from '../samples/surface.ts';
import { themeVersion } from '../theme.ts';
import type { Drawing } from './drawing.ts';
import { planePainter, type Picture } from './paint-plane.ts';
import { distanceBetween, toPlane, within, type Point } from './plane.ts';

export type Tool = 'brush' | 'eraser';

export interface PadOptions {
  readonly drawing: Drawing;
  readonly modes: ReadonlySignal<readonly Point[]>;
  readonly tool: Signal<Tool>;
  /** Says something to those who do not see it. */
  readonly say: (text: string) => void;
}

/** Pixels of the largest square; how far keys move, alone and with Shift. */
const [LARGEST, MOVE, FAR] = [640, 0.1, 0.5];
/** Of `PointerEvent.buttons`: the blunt end of a pen, and the right button. */
const ERASES = 32 | 2;

/** How far the eraser reaches: about a finger, and never less than a mode. */
const reachOf = (tool: Tool, std: number): number => (tool === 'eraser' ? Math.max(0.12, 1.5 * std) : std);

export function pad({ drawing, modes, tool, say }: PadOptions): HTMLElement {
  const brush = signal<Picture['brush']>(undefined);
  const cross = signal<Point | undefined>(undefined);
  const canvas = h('canvas', {
    tabIndex: 0,
    role: 'application',
    ariaLabel:
      'The plane. Arrow keys move a cross, with Shift further; Space puts a mode there, Delete erases, Ctrl+Z undoes.',
  });
  const hint = h('p', { class: 'draw-hint soft' }, 'Paint here, or begin with a shape.');
  const box = h('div', { class: 'draw-box' }, canvas, hint);
  const paint = planePainter(canvas.getContext('2d')!);
  let frame: number | undefined;
  const draw = () => {
    frame = undefined;
    if (surface.room() === 0) return;
    const side = Math.min(surface.room(), LARGEST);
    const ratio = surface.begin(() => [Math.round(side * devicePixelRatio), Math.round(side * devicePixelRatio)]);
    const { std } = drawing.now.peek();
    paint({ modes: modes.value, std, brush: brush.peek(), cross: cross.peek() }, canvas.width, ratio);
  };
  const surface = surfaceOf(canvas, box, draw);
  effect(() => {
    void [drawing.now.value, brush.value, cross.value, themeVersion.value];
    hint.hidden = drawing.now.value.points.length > 0;
    frame ??= requestAnimationFrame(draw);
  });

  takePointer(canvas, { drawing, tool, brush });
  takeKeys(canvas, { drawing, cross, say });
  return box;
}

interface Brush {
  readonly drawing: Drawing;
  readonly tool: Signal<Tool>;
  readonly brush: Signal<Picture['brush']>;
}

function takePointer(canvas: HTMLCanvasElement, { drawing, tool, brush }: Brush): void {
  /** Where the stroke has put its last point; undefined between strokes. */
  let last: Point | undefined;
  const placeOf = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return toPlane([clientX - left, clientY - top], width);
  };
  const toolOf = ({ buttons }: PointerEvent): Tool => (buttons & ERASES ? 'eraser' : tool.peek());
  const act = (event: PointerEvent) => {
    const to = placeOf(event);
    const { std } = drawing.now.peek();
    if (toolOf(event) === 'eraser') {
      drawing.erase(to, reachOf('eraser', std));
      last = to;
      return;
    }
    if (!last && drawing.add(to)) last = to;
    // modes a standard deviation apart are as smooth as a line
    while (last && distanceBetween(last, to) >= std) {
      const share = std / distanceBetween(last, to);
      last = [last[0] + share * (to[0] - last[0]), last[1] + share * (to[1] - last[1])];
      if (!drawing.add(last)) return;
    }
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button > 2) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    drawing.mark();
    last = undefined;
    act(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    const now = toolOf(event);
    const radius = reachOf(now, drawing.now.peek().std);
    brush.value = { at: placeOf(event), radius, erases: now === 'eraser' };
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    const all = event.getCoalescedEvents();
    for (const each of all.length > 0 ? all : [event]) act(each);
  });
  canvas.addEventListener('pointerleave', () => (brush.value = undefined));
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
}

interface Keys {
  readonly drawing: Drawing;
  readonly cross: Signal<Point | undefined>;
  readonly say: (text: string) => void;
}

function takeKeys(canvas: HTMLCanvasElement, { drawing, cross, say }: Keys): void {
  const moves: Readonly<Record<string, Point>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };
  const tell = (what: string, [x, y]: Point) => {
    const { points } = drawing.now.peek();
    say(`${what} ${x.toFixed(1)}, ${y.toFixed(1)}. ${points.length} ${points.length === 1 ? 'point' : 'points'}.`);
  };
  const act = (event: KeyboardEvent): boolean => {
    const at = cross.peek() ?? [0, 0];
    const move = moves[event.key];
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (key === 'y' || (key === 'z' && event.shiftKey)) drawing.redo();
      else if (key === 'z') drawing.undo();
      else return false;
    } else if (move) {
      const by = event.shiftKey ? FAR : MOVE;
      cross.value = within([at[0] + by * move[0], at[1] + by * move[1]]);
      tell('At', cross.value);
    } else if (event.key === ' ' || event.key === 'Enter') {
      cross.value = at;
      drawing.mark();
      drawing.add(at);
      tell('Point at', at);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      drawing.mark();
      drawing.erase(at, reachOf('eraser', drawing.now.peek().std));
      tell('Erased at', at);
    } else return false;
    return true;
  };
  canvas.addEventListener('keydown', (event) => {
    if (!act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener('blur', () => (cross.value = undefined));
  canvas.addEventListener('focus', () => {
    if (canvas.matches(':focus-visible')) cross.value = [0, 0];
  });
}
