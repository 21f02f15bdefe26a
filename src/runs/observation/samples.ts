/**
 * The event `samples`: what the generator, and once the teacher, make of the same noise, as a picture and, in the plane,
 * as points.
 */
import { teacherSampler } from '../../distillation/pairs/sample-teacher.ts';
import { isImages, isPlane, pictureSize } from '../charts/pictures.ts';
import type { Sampled } from '../contract.ts';
import { drawOf, type Draw } from '../generator/draw.ts';
import { drawFixed } from './fixed-samples.ts';
import { eightDigits, rounded, type Observed } from './observed.ts';
import { drawPicture } from './picture.ts';

/** Where the teacher's samples are, within a run. */
export const teacherPicture = 'images/teacher.png';

/** Points that an event holds; a picture may show more. */
const MOST_POINTS = 500;

/** Tells what the generator that is judged draws now; nothing where samples are neither images nor points of the plane. */
export const tellSamples = (observed: Observed): Promise<void> => tell(observed, 'oneStep', drawOf(observed));

/** Tells what the teacher's sampler makes of the same noise: about as much work as ten steps. Nothing as above. */
export async function tellTeacherSamples(observed: Observed): Promise<void> {
  const sampler = teacherSampler(observed.teacher, observed.config);
  await tell(observed, 'teacher', (z, labels) => sampler({ z, labels }));
}

async function tell(observed: Observed, of: Sampled['of'], draw: Draw): Promise<void> {
  const { run, teacher, iteration } = observed;
  const shape = teacher.sampleShape;
  if (!isImages({ shape }) && !isPlane({ shape })) return;
  const { count, columns } = pictureSize(shape, teacher.classes);
  const scale = isImages({ shape }) ? 2 : 1;
  const values = await drawFixed(observed, draw, count);
  const png = drawPicture({ values, shape }, { columns, scale });
  const name = of === 'teacher' ? teacherPicture : `images/samples-${eightDigits(iteration)}.png`;
  const image = (await run.show(name, png)) ? name : undefined;
  const points = isPlane({ shape }) ? pointsOf(values) : undefined;
  if (image ?? points) run.event({ type: 'samples', of, iteration, image, count, columns, scale, points });
  // what is looked for is what the picture shows, in its range
  if (of === 'oneStep') await observed.nearest?.tell(observed, values.map(clipped));
}

const clipped = (value: number): number => Math.max(-1, Math.min(1, value));

function pointsOf(values: Float32Array): [number, number][] {
  const count = Math.min(MOST_POINTS, values.length / 2);
  return Array.from({ length: count }, (_, i) => [rounded(values[2 * i]!), rounded(values[2 * i + 1]!)]);
}
