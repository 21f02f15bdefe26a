/**
 * Pictures of samples: images in a grid, points in the plane; alone, or the teacher's beside those of one step.
 */
import { gridPng } from '../../data/png.ts';
import { drawChart, rasterise } from './chart.ts';
import { colors } from './curves.ts';

/** Samples [n, …shape] one after another. */
export interface Samples {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** How many samples a picture shows, and how many of them stand in a row; classes take turns along it. */
export function pictureSize(shape: readonly number[], classes: number): { count: number; columns: number } {
  if (shape.length === 1) return { count: 1000, columns: 1 };
  const columns = classes > 0 && classes <= 12 ? classes : 8;
  return { count: columns * 8, columns };
}

/** One-step samples as a PNG; undefined when they are neither images nor points in the plane. */
export async function drawSamples(samples: Samples, columns: number, title: string): Promise<Buffer | undefined> {
  if (isImages(samples)) return gridPng(imagesOf(samples), { columns, scale: 2 });
  if (!isPlane(samples)) return undefined;
  return drawPoints(title, [{ title: 'One step', color: colors.oneStep, samples }], rangeOf(samples));
}

/** The teacher's samples beside the generator's from the same noise, as a PNG; undefined as above. */
export async function drawBeside(teacher: Samples, oneStep: Samples, columns: number, title: string) {
  if (isImages(teacher)) {
    const grids = [teacher, oneStep].map((samples) => gridPng(imagesOf(samples), { columns, scale: 2 }));
    return besideEachOther(title, [
      { title: 'Teacher, many steps', png: grids[0]! },
      { title: 'Generator, one step', png: grids[1]! },
    ]);
  }
  if (!isPlane(teacher)) return undefined;
  const panels = [
    { title: 'Teacher, many steps', color: colors.teacher, samples: teacher },
    { title: 'Generator, one step', color: colors.oneStep, samples: oneStep },
  ];
  return drawPoints(title, panels, rangeOf(teacher));
}

export const isImages = ({ shape }: Pick<Samples, 'shape'>): boolean => shape.length === 3;
export const isPlane = ({ shape }: Pick<Samples, 'shape'>): boolean => shape.length === 1 && shape[0] === 2;

/** `samples` for `gridPng`, when they are images. */
export function imagesOf({ values, shape }: Samples) {
  const [height, width, channels] = shape as [number, number, number];
  return { values, shape: [values.length / (height * width * channels), height, width, channels] as const };
}

/** A square about the origin that holds all of the samples, or those of the first generators, which may be anywhere. */
function rangeOf({ values }: Samples): [number, number] {
  const sorted = Float32Array.from(values, Math.abs).sort();
  const reach = Math.ceil(sorted[Math.floor(0.999 * (sorted.length - 1))]! * 11) / 10;
  return [-reach, reach];
}

async function drawPoints(
  title: string,
  panels: readonly { title: string; color: string; samples: Samples }[],
  range: [number, number],
): Promise<Buffer> {
  const { png } = await drawChart({
    title,
    panelSize: [420, 432],
    panels: panels.map(({ title, color, samples: { values } }) => ({
      title,
      xRange: range,
      yRange: range,
      series: [
        {
          name: title,
          color,
          kind: 'points',
          points: Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!] as const),
        },
      ],
    })),
  });
  return png;
}

const [EDGE, HEAD] = [24, 84];

async function besideEachOther(title: string, pictures: readonly { title: string; png: Buffer }[]): Promise<Buffer> {
  // a PNG's size stands in its first chunk
  const sized = pictures.map(({ title, png }) => ({
    title,
    png,
    width: png.readUInt32BE(16),
    height: png.readUInt32BE(20),
  }));
  const width = sized.reduce((sum, picture) => sum + picture.width + EDGE, EDGE);
  const height = HEAD + Math.max(...sized.map((picture) => picture.height)) + EDGE;
  let left = EDGE;
  const parts = sized.map((picture) => {
    const part =
      `<text x="${left}" y="${HEAD - 14}" font-size="17" fill="#333333">${picture.title}</text>` +
      `<image x="${left}" y="${HEAD}" width="${picture.width}" height="${picture.height}" ` +
      `href="data:image/png;base64,${picture.png.toString('base64')}"/>`;
    left += picture.width + EDGE;
    return part;
  });
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return rasterise(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Inter">` +
      `<rect width="100%" height="100%" fill="#ffffff"/>` +
      `<text x="${EDGE}" y="36" font-size="21" font-weight="600" fill="#333333">${escaped}</text>${parts.join('')}</svg>`,
    1,
  );
}
