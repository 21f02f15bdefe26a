/**
 * What the reader chose for each chart of curves, kept; one hand sets all of them at once.
 */
import { batch, effect, signal, type Signal } from '@preact/signals-core';
import { choice } from '../components/choice.ts';
import { slider } from '../components/slider.ts';
import { toggle } from '../components/toggle.ts';
import { tooltip } from '../components/tooltip.ts';
import { positionOf, smoothingAt } from '../charts/smooth.ts';
import type { Settings } from '../settings.ts';
import type { XAxis } from './x-axis.ts';

export interface CurveSettings {
  /** The slider's place, 0 to 1: see `smoothingAt`. */
  readonly smoothing: Signal<number>;
  readonly x: Signal<XAxis>;
  readonly log: Signal<boolean>;
}

const isPosition = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const isAxis = (value: unknown): value is XAxis => value === 'step' || value === 'time';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** The settings of the chart `name`; `log` until the reader wants it otherwise. */
export const curveSettings = (settings: Settings, name: string, log: boolean): CurveSettings => ({
  smoothing: settings.signal(`curves.${name}.smoothing`, positionOf(0.9), isPosition),
  x: settings.signal<XAxis>(`curves.${name}.x`, 'step', isAxis),
  log: settings.signal(`curves.${name}.log`, log, isBoolean),
});

export function smoothingSlider(value: Signal<number>): HTMLElement {
  const format = (position: number) => smoothingAt(position).toFixed(3);
  const element = slider({ label: 'Smoothing', value, max: 1, step: 0.01, format });
  tooltip(
    element,
    () => 'Exponential moving average over iterations, bias-corrected as in TensorBoard; the raw line stays behind it.',
  );
  return element;
}

export const xChoice = (value: Signal<XAxis>): HTMLElement =>
  choice('x axis', value, [
    { value: 'step', label: 'Step' },
    { value: 'time', label: 'Time' },
  ]);

export const logToggle = (value: Signal<boolean>): HTMLElement => toggle('Logarithmic', value);

/** A signal that sets all of `each` when it is set, and is what they are when they agree. */
export function forAll<T>(each: readonly Signal<T>[]): Signal<T> {
  const all = signal(each[0]!.peek());
  effect(() => {
    const values = each.map(({ value }) => value);
    if (values.every((value) => value === values[0])) all.value = values[0]!;
  });
  let first = true;
  effect(() => {
    const { value } = all;
    if (!first) batch(() => each.forEach((one) => (one.value = value)));
    first = false;
  });
  return all;
}
