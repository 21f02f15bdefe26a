/**
 * Where images differ, and in which direction.
 */
import { symmetricBound } from '../../colours/diverging.ts';
import { colourScales } from '../../colours/scale.ts';
import type { Images } from '../../data/png.ts';
import { usageError } from '../../errors.ts';
import type { Panel } from '../../runs/charts/chart.ts';
import { chartFigure, type Figure } from '../figure.ts';
import { read, shapeText, type Numbers } from '../numbers.ts';
import { AROUND, imagesOf } from './images.ts';

export interface DifferenceOptions {
  readonly title?: string;
  /** Images in a row. Default: as square a grid as can be. */
  readonly columns?: number;
  /** What the colours stand for. Default `difference`. */
  readonly legend?: string;
  /** The value at the ends of the scale. Default: a round one that holds nearly all. */
  readonly bound?: number;
}

const WIDTH = 420;
/** What a legend of colours takes beside the grid. */
const LEGEND = 58;

/**
 * `a` − `b`, or numbers with a sign by themselves, [n, height, width, channels], as images in colours: blue below zero, orange
 * above, the same strength for the same distance. Of several channels their mean.
 *
 * ```ts
 * imageDifference(mu_fake, mu_real, { legend: 'μ_fake − μ_real' })
 * ```
 */
export const imageDifference = (a: Numbers, b?: Numbers, options: DifferenceOptions = {}): Figure => {
  const { title = '' } = options;
  return chartFigure(async () => {
    // both at once: tensors may be disposed a moment later
    const [first, second] = await Promise.all([read(a), b && read(b)]);
    const [of, from] = [imagesOf(first), second && imagesOf(second)];
    if (from && String(from.shape) !== String(of.shape)) {
      throw usageError(`Images of \`${shapeText(of.shape)}\` and of \`${shapeText(from.shape)}\` have no difference.`);
    }
    const values = from ? of.values.map((value, i) => value - from.values[i]!) : of.values;
    const { panel, size } = differencePanel('', { values, shape: of.shape }, options);
    return { title, panels: [panel], panelSize: [size[0] + AROUND.x + LEGEND, size[1] + AROUND.y] };
  });
};

/** A panel with the grid of `images` in colours, and how large it should be, in pixels. */
export function differencePanel(
  title: string,
  images: Images,
  { columns, legend = 'difference', bound }: DifferenceOptions,
) {
  const [n, height, width] = images.shape;
  const across = columns ?? Math.ceil(Math.sqrt(n));
  const down = Math.ceil(n / across);
  const values = channelMeans(images);
  const end = bound ?? symmetricBound(values);
  const columnsOfCells = across * (width + 1) - 1;
  const scale = Math.max(1, Math.min(10, WIDTH / columnsOfCells));
  const panel: Panel = {
    title,
    series: [],
    axes: false,
    xRange: [0, 1],
    yRange: [0, 1],
    ground: {
      kind: 'cells',
      values: montage(values, images.shape, across),
      columns: columnsOfCells,
      colours: colourScales.signed,
      range: [-end, end],
      legend: { title: legend },
      x: [0, 1],
      y: [0, 1],
    },
  };
  return { panel, size: [columnsOfCells * scale, (down * (height + 1) - 1) * scale] as const };
}

/** [n · height · width]. */
const channelMeans = ({ values, shape: [, , , channels] }: Images): Float32Array =>
  Float32Array.from({ length: values.length / channels }, (_, i) => {
    const pixel = values.subarray(i * channels, (i + 1) * channels);
    return pixel.reduce((a, b) => a + b, 0) / channels;
  });

/** All images in one, a cell of nothing between them. */
function montage(values: Float32Array, [n, height, width]: Images['shape'], across: number): Float32Array {
  const [columns, rows] = [across * (width + 1) - 1, Math.ceil(n / across) * (height + 1) - 1];
  const whole = new Float32Array(columns * rows).fill(NaN);
  for (let i = 0; i < n; i++)
    for (let row = 0; row < height; row++) {
      const from = (i * height + row) * width;
      const top = Math.floor(i / across) * (height + 1) + row;
      whole.set(values.subarray(from, from + width), top * columns + (i % across) * (width + 1));
    }
  return whole;
}
