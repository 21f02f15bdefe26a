/**
 * What charts show besides lines and points: coloured cells, pictures, arrows and contours, as ECharts takes them.
 */
import type { CustomSeriesOption } from 'echarts/charts';
import { PNG } from 'pngjs';
import { colourAt, type ColourScale } from '../../colours/scale.ts';

interface Placed {
  /** What it covers of the axes. */
  readonly x: readonly [left: number, right: number];
  readonly y: readonly [bottom: number, top: number];
}

/** Numbers in a grid, each a cell of one colour. */
export interface Cells extends Placed {
  readonly kind: 'cells';
  /** Row by row from the top; one that is not finite is left empty. */
  readonly values: Float32Array;
  readonly columns: number;
  readonly colours: ColourScale;
  /** The values at the ends of the scale. */
  readonly range: readonly [low: number, high: number];
  /** What the colours stand for; without it no scale is drawn. */
  readonly legend?: Legend;
}

export interface Legend {
  readonly title: string;
  /** Values and how they are written; default: ends and middle. */
  readonly ticks?: readonly { readonly value: number; readonly text: string }[];
}

/** A picture as it is. */
export interface Picture extends Placed {
  readonly kind: 'picture';
  readonly png: Buffer;
}

export type Ground = Cells | Picture;

/** Arrows from points [x, y, x, y, …] by [dx, dy, …], both in the units of the axes. */
export interface Arrows {
  readonly color: string;
  readonly from: Float32Array;
  readonly by: Float32Array;
}

/** Pieces of lines [x0, y0, x1, y1, …] in the units of the axes. */
export interface Contours {
  readonly color: string;
  readonly pieces: readonly number[];
}

/** What the longer side of a picture of cells has at most; renderers that enlarge it more would smooth it. */
const MOST_PIXELS = 640;

/** `cells` as a picture. */
export function cellsPng({ values, columns, colours, range: [low, high] }: Omit<Cells, 'x' | 'y' | 'kind'>): Buffer {
  const rows = values.length / columns;
  const scale = Math.max(1, Math.floor(MOST_PIXELS / Math.max(columns, rows)));
  const png = new PNG({ width: columns * scale, height: rows * scale });
  for (let i = 0; i < png.width * png.height; i++) {
    const [row, column] = [Math.floor(i / png.width / scale), Math.floor((i % png.width) / scale)];
    const value = values[row * columns + column]!;
    if (!Number.isFinite(value)) continue;
    png.data.set([...colourAt(colours, (value - low) / (high - low || 1)), 255], 4 * i);
  }
  // enlarged rows are mostly those above them
  return PNG.sync.write(png, { filterType: 2, deflateLevel: 4 });
}

export const dataUri = (png: Buffer): string => `data:image/png;base64,${png.toString('base64')}`;

type Axes = Pick<CustomSeriesOption, 'xAxisIndex' | 'yAxisIndex'>;

/** A series that draws once, whatever its data are. */
const once = (axes: Axes, z: number, renderItem: CustomSeriesOption['renderItem']): CustomSeriesOption => ({
  type: 'custom',
  ...axes,
  z,
  clip: true,
  silent: true,
  // what is drawn must not stretch the axes
  encode: { x: [], y: [] },
  data: [0],
  renderItem,
});

export function groundSeries(ground: Ground, axes: Axes): CustomSeriesOption {
  const image = dataUri(ground.kind === 'cells' ? cellsPng(ground) : ground.png);
  return once(axes, 1, (_params, api) => {
    const [left, top] = api.coord([ground.x[0], ground.y[1]]) as [number, number];
    const [right, bottom] = api.coord([ground.x[1], ground.y[0]]) as [number, number];
    return { type: 'image', style: { image, x: left, y: top, width: right - left, height: bottom - top } };
  });
}

export const contourSeries = ({ color, pieces }: Contours, axes: Axes): CustomSeriesOption =>
  once(axes, 2, (_params, api) => {
    const at = (i: number) => (api.coord([pieces[i]!, pieces[i + 1]!]) as number[]).map(short).join(' ');
    let pathData = '';
    for (let i = 0; i < pieces.length; i += 4) pathData += `M${at(i)}L${at(i + 2)}`;
    return { type: 'path', shape: { pathData }, style: { fill: 'none', stroke: color, lineWidth: 1 } };
  });

/** An arrow's head, in pixels. */
const HEAD = 6;

export const arrowSeries = ({ color, from, by }: Arrows, axes: Axes): CustomSeriesOption =>
  once(axes, 4, (_params, api) => {
    let [shafts, heads] = ['', ''];
    for (let i = 0; i < from.length; i += 2) {
      const [x0, y0] = api.coord([from[i]!, from[i + 1]!]) as [number, number];
      const [x1, y1] = api.coord([from[i]! + by[i]!, from[i + 1]! + by[i + 1]!]) as [number, number];
      const length = Math.hypot(x1 - x0, y1 - y0);
      // shorter than a pixel it has no direction that could be seen
      if (!(length > 1)) continue;
      const head = Math.min(HEAD, 0.6 * length);
      const [ux, uy] = [((x1 - x0) / length) * head, ((y1 - y0) / length) * head];
      shafts += `M${short(x0)} ${short(y0)}L${short(x1 - 0.8 * ux)} ${short(y1 - 0.8 * uy)}`;
      const side = (sign: number) => `L${short(x1 - ux - 0.42 * sign * uy)} ${short(y1 - uy + 0.42 * sign * ux)}`;
      heads += `M${short(x1)} ${short(y1)}${side(1)}${side(-1)}Z`;
    }
    return {
      type: 'group',
      children: [
        { type: 'path', shape: { pathData: shafts }, style: { fill: 'none', stroke: color, lineWidth: 1.2 } },
        { type: 'path', shape: { pathData: heads }, style: { fill: color } },
      ],
    };
  });

const short = (pixels: number): number => Math.round(pixels * 10) / 10;
