import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lines } from './figures/lines.ts';
import type { DisplayOptions, KernelHost, MimeBundle } from './kernel-host.ts';
import { live, settleLive } from './live.ts';
import { show } from './show.ts';

type Displayed = { readonly bundle: MimeBundle; readonly at: number } & DisplayOptions;
let displayed: Displayed[];
const key = Symbol.for('dmd-lab.kernel');

beforeEach(() => {
  displayed = [];
  const host: KernelHost = {
    display: (bundle, options) => displayed.push({ bundle, at: performance.now(), ...options }),
    onInterrupt: () => () => undefined,
    onShutdown: () => undefined,
  };
  Object.assign(globalThis, { [key]: host });
});
afterEach(() => Reflect.deleteProperty(globalThis, key));

const lastY = ({ bundle }: Displayed) =>
  (bundle.data['application/vnd.plotly.v1+json'] as { data: { y: number[] }[] }).data[0]!.y.at(-1);

it('a live figure follows in one place, at most ten times a second, and ends with what came last and its PNG', async () => {
  const values = [0];
  const listeners = new Set<() => void>();
  const of = { onEvent: (listener: () => void) => (listeners.add(listener), () => listeners.delete(listener)) };
  const figure = live(() => lines({ values }), of);
  const begin = performance.now();
  // for a second, or as long as a busy machine needs
  while (performance.now() - begin < 1000 || displayed.length <= 3 || values.length <= 50) {
    values.push(values.length);
    for (const listener of listeners) listener();
    await setTimeout(2);
  }
  await settleLive();
  const seconds = (performance.now() - begin) / 1000;
  expect(values.length).toBeGreaterThan(50);
  expect(displayed.length).toBeGreaterThan(3);
  expect(displayed.length).toBeLessThanOrEqual(10 * seconds + 3);
  expect(new Set(displayed.map(({ id }) => id)).size).toBe(1);
  expect(displayed.map(({ update }) => update)).toEqual(displayed.map((_, i) => i > 0));
  expect(lastY(displayed.at(-1)!)).toBe(values.length - 1);
  expect(displayed.map(({ bundle }) => 'image/png' in bundle.data)).toEqual(displayed.map((_, i) => i === displayed.length - 1)); // prettier-ignore
  await figure.close();
  expect(listeners.size).toBe(0);
});

it('a live figure that cannot be drawn says why, and goes on', async () => {
  let points: unknown = { length: 1, 0: [0] };
  const figure = live(() => {
    if (points === 'bad') throw new Error('no such run');
    return lines({ points: points as number[] });
  });
  points = 'bad';
  figure.update();
  await figure.settle();
  expect(displayed.at(-1)!.bundle.data['text/plain']).toContain('no such run');
  points = [1, 2];
  figure.update();
  await figure.close();
  expect(lastY(displayed.at(-1)!)).toBe(2);
});

it('what is shown can be replaced, whatever it is', async () => {
  const shown = await show('words');
  await shown.update([{ a: 1 }]);
  expect(displayed.map(({ bundle, update }) => [bundle.data['text/plain'], update])).toEqual([['words', undefined], ['a\n1', true]]); // prettier-ignore
  expect(displayed[0]!.id).toBe(displayed[1]!.id);
});
