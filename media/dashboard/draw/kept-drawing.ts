/**
 * A drawing that is there again when the page is loaded again.
 */
import { effect } from '@preact/signals-core';
import type { Settings } from '../settings.ts';
import { Drawing, LARGEST_STD, LEAST_STD } from './drawing.ts';
import { within, type Point } from './plane.ts';

/** Milliseconds that a drawing rests before it is kept. */
const REST = 400;

type Kept = readonly (readonly [number, number])[];

export function keptDrawing(settings: Settings): Drawing {
  const points = settings.signal<Kept>('draw.points', [], isPoints);
  const std = settings.signal('draw.std', 0.08, isStd);
  const drawing = new Drawing({ points: points.peek().map(within), std: std.peek() });
  let timer: number | undefined;
  effect(() => {
    const now = drawing.now.value;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      points.value = now.points.map(rounded);
      std.value = now.std;
    }, REST);
  });
  return drawing;
}

const rounded = ([x, y]: Point): Point => [Number(x.toFixed(3)), Number(y.toFixed(3))];

const isStd = (value: unknown): value is number =>
  typeof value === 'number' && value >= LEAST_STD && value <= LARGEST_STD;

const isPoints = (value: unknown): value is Kept =>
  Array.isArray(value) &&
  value.every((point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite));
