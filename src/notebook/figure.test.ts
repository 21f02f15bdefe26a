import * as tf from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { gaussianMixture } from '../diffusion/gaussian-mixture.ts';
import { startEngine } from '../engine/start.ts';
import { Random } from '../random.ts';
import type { RunEvent } from '../runs/contract.ts';
import type { Figure } from './figure.ts';
import { gradients } from './figures/gradients.ts';
import { histogram } from './figures/histogram.ts';
import { imageDifference } from './figures/image-difference.ts';
import { images } from './figures/images.ts';
import { lines } from './figures/lines.ts';
import { losses } from './figures/losses.ts';
import { plane } from './figures/plane.ts';
import { format } from './format.ts';
import type { PlotlyFigure } from './plotly.ts';
import { markdown } from './figure.ts';
import { tensor } from './tensor.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

interface Trace {
  readonly type: string;
  readonly name?: string;
  readonly x?: (number | null)[];
  readonly y?: (number | null)[];
  readonly z?: (number | null)[][];
  readonly zmin?: number;
  readonly zmax?: number;
}

async function shown(figure: Figure) {
  const { data, metadata } = await figure.bundle();
  const plotly = data['application/vnd.plotly.v1+json'] as PlotlyFigure;
  const png = PNG.sync.read(Buffer.from(data['image/png'] as string, 'base64'));
  return { text: data['text/plain'], traces: plotly.data as readonly Trace[], plotly, png, metadata, data };
}

/** How often a colour stands in a picture, within a little. */
const countOf = ({ data }: PNG, [r, g, b]: readonly number[]) => {
  let count = 0;
  for (let i = 0; i < data.length; i += 4)
    if (Math.hypot(data[i]! - r!, data[i + 1]! - g!, data[i + 2]! - b!) < 12) count++;
  return count;
};

const noise = (shape: readonly number[], seed = 1) => ({
  shape,
  values: Random.fromSeed(seed).normal(shape.reduce((a, b) => a * b, 1)),
});

describe('a figure', () => {
  it('is Plotly’s, a PNG of twice the pixels, and text; quickly an SVG', async () => {
    const figure = lines({ 'L_a b': [1, 0.1, 0.01], c: [[0, 1], [2, 3]] }, { title: 'Curves', x: 'step', log: true }); // prettier-ignore
    const { traces, plotly, png, text, metadata } = await shown(figure);
    expect(traces.map(({ x, y }) => [x, y])).toEqual([[[0, 1, 2], [1, 0.1, 0.01]], [[0, 2], [1, 3]]]); // prettier-ignore
    expect(traces[0]!.name).toBe('L<sub>a</sub> b');
    expect(plotly.layout).toMatchObject({ yaxis: { type: 'log' }, xaxis: { title: { text: 'step' } } });
    expect(metadata).toEqual({ 'image/png': { width: png.width / 2, height: png.height / 2 } });
    for (const color of [[0, 0x72, 0xb2], [0xd5, 0x5e, 0]]) expect(countOf(png, color)).toBeGreaterThan(200); // prettier-ignore
    expect(text).toBe('[Curves]');
    const quick = await figure.bundle({ quick: true });
    expect(quick.data['image/png']).toBeUndefined();
    expect(quick.data['image/svg+xml']).toContain('Curves');
  });

  it('reads a tensor before it can be disposed', async () => {
    const x = tf.tensor2d([0.5, -0.5], [1, 2]);
    const figure = plane({ points: x });
    x.dispose();
    expect((await shown(figure)).traces[0]).toMatchObject({ x: [0.5], y: [-0.5] });
  });

  it('says what cannot be shown', async () => {
    await expect(images(noise([2, 4, 4, 2])).bundle()).rejects.toThrow('not `[2, 4, 4, 2]`');
    await expect(plane({ points: [1, 2, 3] }).bundle()).rejects.toThrow('shape [n, 2], not `[3]`');
    await expect(plane({ points: [[1, 2], [3]] }).bundle()).rejects.toThrow('`3` numbers do not fill [2, 2]');
    await expect(imageDifference(noise([1, 4, 4, 1]), noise([2, 4, 4, 1])).bundle()).rejects.toThrow('no difference');
  });
});

it('images stand in grids beside each other, unscaled by their neighbours', async () => {
  const white = { shape: [2, 4, 4, 3], values: new Float32Array(96).fill(1) };
  const black = { shape: [2, 4, 4], values: new Float32Array(32).fill(-1) };
  const { png, plotly } = await shown(images({ white, black }, { columns: 2 }));
  expect((plotly.layout as { images: unknown[] }).images).toHaveLength(2);
  // 2 × (8 · 4)² pixels, drawn twice as large
  expect(countOf(png, [0, 0, 0]) / (2 * 32 * 32 * 4)).toBeCloseTo(1, 1);
});

it('differences are blue below and orange above zero, on a scale that is symmetric about it', async () => {
  const a = { shape: [1, 2, 2, 1], values: Float32Array.of(-0.5, 0.5, 0, 0.1) };
  const { traces, png } = await shown(imageDifference(a, { ...a, values: new Float32Array(4) }));
  expect(traces[0]).toMatchObject({ type: 'heatmap', zmin: -0.5, zmax: 0.5, z: [[-0.5, 0.5], [0, 0.1]] }); // prettier-ignore
  for (const end of [[0, 0x68, 0xad], [0xcc, 0x4d, 0]]) expect(countOf(png, end)).toBeGreaterThan(300); // prettier-ignore
});

it('the plane has shaded densities, lines of equal height and arrows of a scale that is told', async () => {
  const real = gaussianMixture({ means: [[-1, 0], [1, 0]], covariance: 0.04 }); // prettier-ignore
  const field = (x: tf.Tensor2D) => tf.neg(x);
  const { traces, plotly, png } = await shown(plane({ real, fake: noise([200, 2]), field, reach: 2, arrowScale: 0.1 }));
  const layout = plotly.layout as { images: unknown[]; xaxis: { title: { text: string }; range: number[] } };
  expect(layout.images).toHaveLength(1);
  expect(layout.xaxis).toMatchObject({ range: [-2, 2], title: { text: 'arrows: 0.1 × their length' } });
  const [contours, arrows] = traces;
  expect(contours!.x!.length).toBeGreaterThan(100);
  // each arrow is a shaft and two strokes, each with a gap behind it
  expect(arrows!.x).toHaveLength(15 * 15 * 9);
  const [x0, x1] = arrows!.x as [number, number];
  expect(x1).toBeCloseTo(0.9 * x0, 4);
  expect(countOf(png, [0x33, 0x33, 0x33])).toBeGreaterThan(500);
});

it('histograms count every number once', async () => {
  const { traces } = await shown(histogram({ one: noise([500]), two: [1, 2, 3] }));
  expect(traces.map(({ type, y }) => [type, (y as number[]).reduce((a, b) => a + b, 0)])).toEqual([['bar', 500], ['bar', 3]]); // prettier-ignore
});

describe('figures of events', () => {
  const at = { v: 1, time: '2026-11-05T14:03:22.000Z' };
  const layers = { generator: ['first', 'last'], fake: [] };
  const events = [
    { ...at, type: 'started', iteration: 0, layers },
    ...[1, 2, 3].map((i) => ({
      ...at,
      type: 'step',
      iteration: i,
      phase: 'matching',
      step: i,
      seconds: 1,
      lossDm: 1 / i,
    })),
    { ...at, type: 'layers', iteration: 2, matching: [0.1, 0.01] },
    { ...at, type: 'layers', iteration: 3, matching: [10, 0] },
  ] as unknown as RunEvent[];

  it('are the curves of the command line, and norms by layer as powers of ten', async () => {
    const { traces } = await shown(losses(events));
    expect(traces.map(({ x }) => x)).toContainEqual([1, 2, 3]);
    const heat = await shown(gradients(events));
    // what has no logarithm has no colour, and is null where JSON has no number for it
    expect(heat.traces[0]!.z).toEqual([[-1, 1], [-2, null]]); // prettier-ignore
    expect(JSON.stringify(heat.plotly)).not.toContain('NaN');
    expect((heat.plotly.layout as { yaxis: { ticktext: string[] } }).yaxis.ticktext).toEqual(['first', 'last']);
  });

  it('are words where nothing has been told so far', async () => {
    expect((await losses([]).bundle()).data).toEqual({ 'text/plain': 'No steps so far' });
    expect((await gradients(events, { of: 'fake' }).bundle()).data).toEqual({
      'text/plain': 'Gradient norms of L_fake by layer: none told so far',
    });
  });
});

describe('the last value of a cell', () => {
  it('is a table when it is objects', async () => {
    const found = await format([
      { loss: '<both>', kl: 0.0123456 },
      { loss: 'one', modes: 2 },
    ]);
    expect(found!.data['text/plain']).toBe('loss          kl  modes\n<both>  0.012346\none                   2');
    expect(found!.data['text/html']).toContain('&lt;both&gt;');
  });

  it('is a tensor with its shape, its distribution and some of its values', async () => {
    const t = tf.tensor2d([1, 2, 3, NaN], [2, 2]);
    expect((await format(t))!.data['text/plain']).toBe(
      'Tensor [2, 2] float32\nmean 2  std 0.8165  from 1 to 3  1 not finite\n[1, 2]\n[3, NaN]',
    );
    expect((await tensor(tf.scalar(5)).bundle()).data['text/plain']).toBe('Tensor [] float32\n5\n[5]');
  });

  it('may show itself, as the convention has it, or be nothing of ours', async () => {
    expect(await format({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'so' }) })).toEqual({ data: { 'text/plain': 'so' } }); // prettier-ignore
    expect((await format(markdown('**x**')))!.data['text/markdown']).toBe('**x**');
    for (const value of [1, 'x', null, undefined, [], [1, 2], {}, [new Map()]])
      expect(await format(value)).toBeUndefined();
  });
});
