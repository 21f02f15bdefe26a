/**
 * The plane: densities, samples and arrows on them, as the paper's Figures 3 and 4 draw it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { roundUp } from '../../colours/diverging.ts';
import { fakeColour, realColour, seriesColours } from '../../colours/light.ts';
import { colourScales } from '../../colours/scale.ts';
import { logDensity, type GaussianMixture } from '../../diffusion/gaussian-mixture.ts';
import { usageError } from '../../errors.ts';
import { contour, densityOf, type Grid } from '../../metrics/plane-density.ts';
import type { StoredTensor } from '../../networks/safetensors.ts';
import type { Arrows, Cells, Contours } from '../../runs/charts/chart-layers.ts';
import type { Panel, Series } from '../../runs/charts/chart.ts';
import { shortNumber } from '../../runs/charts/short-number.ts';
import { chartFigure, type Figure } from '../figure.ts';
import { isNumbers, read, shapeText, type Numbers } from '../numbers.ts';

/** What a density is of: a mixture, exactly; or points [n, 2], smeared. */
export type Density = GaussianMixture | Numbers;

export interface PlaneOptions {
  /** Shaded blue: what is real. */
  readonly real?: Density;
  /** As orange lines of equal height: what the generator makes. */
  readonly fake?: Density;
  /** Samples [n, 2], or several by name. */
  readonly points?: Numbers | Readonly<Record<string, Numbers>>;
  /** Arrows `by` [n, 2] on the points `at` [n, 2]. */
  readonly arrows?: { readonly at: Numbers; readonly by: Numbers };
  /** Arrows all over the plane: what this makes of points [n, 2], [n, 2]; a score, say. */
  readonly field?: (x: tf.Tensor2D) => tf.Tensor;
  /** How long an arrow of length 1 is drawn, in the plane's units. Default: so that they can be told apart. */
  readonly arrowScale?: number;
  /** The plane is shown from −reach to reach. Default: so that all of it is seen. */
  readonly reach?: number;
  readonly title?: string;
}

/** Cells along a side of a density; arrows along a side of a field; pixels of a panel. */
const [SIDE, ARROWS, PANEL] = [128, 15, [420, 432]] as const;
/** Heights of lines, as shares of the highest. */
const LINES = [0.08, 0.25, 0.5, 0.75, 0.92];
/** How far an estimate smears each point, as a share of their root mean square. */
const SMEAR = 0.08;

/**
 * A picture of the plane, or several beside each other, by name.
 *
 * ```ts
 * plane({ real: teacher.mixture, points: x, arrows: { at: x_t, by: tf.sub(s_real, s_fake) } })
 * plane({ 'σ = 0.1': { field: score(0.1) }, 'σ = 1': { field: score(1) } })
 * ```
 */
export const plane = (
  of: PlaneOptions | Readonly<Record<string, PlaneOptions>>,
  { title }: { readonly title?: string } = {},
): Figure => {
  const named = isOptions(of) ? { '': of } : of;
  return chartFigure(async () => ({
    title: title ?? (isOptions(of) ? (of.title ?? '') : ''),
    panelSize: PANEL,
    panels: await Promise.all(Object.entries(named).map(([name, options]) => planePanel(name, options))),
  }));
};

const keys = ['real', 'fake', 'points', 'arrows', 'field', 'arrowScale', 'reach', 'title'];
const isOptions = (of: PlaneOptions | Readonly<Record<string, PlaneOptions>>): of is PlaneOptions =>
  Object.keys(of).every((key) => keys.includes(key));

/** One of the pictures. */
export async function planePanel(name: string, options: PlaneOptions): Promise<Panel> {
  // all at once: tensors may be disposed a moment later
  const [real, fake, points, placed] = await Promise.all([
    options.real && readDensity(options.real),
    options.fake && readDensity(options.fake),
    readPoints(options.points),
    options.arrows && readArrows(options.arrows),
  ]);
  const all = [...points.map(({ values }) => values), ...(placed ? [placed.from] : [])];
  const reach = options.reach ?? reachOf([real, fake], all);
  const arrows = options.field ? await fieldArrows(options.field, reach) : placed;
  const scale = options.arrowScale ?? (arrows ? usualScale(arrows, reach) : 1);
  const grid = { side: SIDE, reach };
  return {
    title: name,
    xRange: [-reach, reach],
    yRange: [-reach, reach],
    xLabel: arrows && `arrows: ${shortNumber(scale)} × their length`,
    ground: real && shaded(real.on(grid), reach),
    contours: fake && [linesOf(fake.on(grid), grid, fakeColour)],
    series: points.map(({ name, values }, i): Series => ({
      name,
      color: pointColour(i),
      kind: 'points',
      points: pairs(values),
    })),
    arrows: arrows && { ...arrows, by: arrows.by.map((value) => value * scale) },
  };
}

const pointColour = (i: number): string =>
  [fakeColour, realColour, ...seriesColours.slice(2)][i % seriesColours.length]!;

interface ReadDensity {
  on(grid: Grid): Float32Array;
  /** Up to where there is something of it. */
  readonly reach: number;
}

async function readDensity(of: Density): Promise<ReadDensity> {
  if (isNumbers(of)) {
    const { values } = await readPlane(of);
    const std = SMEAR * (rms(values) * Math.SQRT2) || SMEAR;
    return { on: (grid) => densityOf(grid, values, std), reach: largest(values) + 2 * std };
  }
  const reach = Math.max(...of.components.map(({ mean, variances }) => Math.max(...mean.map(Math.abs)) + 3 * Math.sqrt(Math.max(...variances)))); // prettier-ignore
  return { on: (grid) => exactly(of, grid), reach };
}

const exactly = (mixture: GaussianMixture, { side, reach }: Grid): Float32Array =>
  Float32Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    const at = (place: number) => ((2 * (place + 0.5)) / side - 1) * reach;
    return Math.exp(logDensity(mixture, [at(column), -at(row)]));
  });

function shaded(density: Float32Array, reach: number): Cells {
  const most = density.reduce((a, b) => Math.max(a, b), 0) || 1;
  return {
    kind: 'cells',
    // a little more for what is little: tails are to be seen
    values: density.map((value) => (value / most) ** 0.8),
    columns: SIDE,
    colours: colourScales.density,
    range: [0, 1],
    x: [-reach, reach],
    y: [-reach, reach],
  };
}

function linesOf(density: Float32Array, { side, reach }: Grid, color: string): Contours {
  const most = density.reduce((a, b) => Math.max(a, b), 0);
  const pieces = LINES.flatMap((share) => contour(density, side, share * most));
  return { color, pieces: pieces.map((value, i) => (i % 2 === 0 ? 2 * value - 1 : 1 - 2 * value) * reach) };
}

async function readPoints(of: PlaneOptions['points']): Promise<{ name: string; values: Float32Array }[]> {
  if (of === undefined) return [];
  const named = isNumbers(of) ? { samples: of } : of;
  return Promise.all(
    Object.entries(named).map(async ([name, points]) => ({ name, values: (await readPlane(points)).values })),
  );
}

async function readPlane(of: Numbers): Promise<StoredTensor> {
  const found = await read(of);
  if (found.shape.length === 2 && found.shape[1] === 2) return found;
  throw usageError(`Points of the plane have the shape [n, 2], not \`${shapeText(found.shape)}\`.`);
}

async function readArrows({ at, by }: NonNullable<PlaneOptions['arrows']>): Promise<Arrows> {
  const [from, to] = await Promise.all([readPlane(at), readPlane(by)]);
  if (from.values.length === to.values.length) return { color: INK, from: from.values, by: to.values };
  throw usageError(`There are \`${from.shape[0]}\` points and \`${to.shape[0]}\` arrows; give one for each.`);
}

/** Black enough to be seen on what is shaded. */
const INK = '#333333';

async function fieldArrows(field: NonNullable<PlaneOptions['field']>, reach: number): Promise<Arrows> {
  const at = (i: number) => ((2 * (i + 0.5)) / ARROWS - 1) * reach;
  const from = Float32Array.from({ length: 2 * ARROWS ** 2 }, (_, i) => {
    const place = Math.floor(i / 2);
    return i % 2 === 0 ? at(place % ARROWS) : at(Math.floor(place / ARROWS));
  });
  const by = tf.tidy(() => field(tf.tensor2d(from, [ARROWS ** 2, 2])));
  const { values } = await readPlane(by);
  by.dispose();
  return { color: INK, from, by: values };
}

/** So that an arrow of twice the root mean square is an eighth of the plane long. */
function usualScale({ by }: Arrows, reach: number): number {
  const usual = rms(by) * Math.SQRT2;
  return usual > 0 ? reach / 8 / roundUp(usual) : 1;
}

function reachOf(densities: readonly (ReadDensity | undefined)[], points: readonly Float32Array[]): number {
  // few outliers are no reason to see all else small
  const most = Math.max(
    0,
    ...densities.map((one) => one?.reach ?? 0),
    ...points.map((values) => 1.1 * nearlyLargest(values)),
  );
  return most > 0 ? Math.ceil(most * 10) / 10 : 1;
}

const rms = (values: Float32Array): number => {
  const finite = values.filter(Number.isFinite);
  return Math.sqrt(finite.reduce((sum, value) => sum + value * value, 0) / Math.max(1, finite.length));
};
const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const nearlyLargest = (values: Float32Array): number =>
  values.filter(Number.isFinite).map(Math.abs).sort()[Math.floor(0.995 * (values.length - 1))] ?? 0;
const pairs = (values: Float32Array): [number, number][] =>
  Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!]);
