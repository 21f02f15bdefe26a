/**
 * Which samples belong to the moment that the reader looks at.
 */
import type { RunModel } from '../run-model.ts';
import type { Shown } from '../shown.ts';

/** What the generator has shown, oldest first. Reads a signal. */
export const oneStepEvents = (model: RunModel): readonly Shown[] =>
  model.events('samples').value.filter(({ of }) => of === 'oneStep');

/** What the teacher makes of the same noise. Reads a signal. */
export const teacherEvent = (model: RunModel): Shown | undefined =>
  model.events('samples').value.findLast(({ of }) => of === 'teacher');

/** What the samples of the moment, or of the last before it that was looked at, are nearest to. Reads signals. */
export const nearestEvent = (model: RunModel, iteration: number) =>
  model.events('nearest').value.findLast((event) => event.iteration <= iteration);

/** The last of `events` that had been shown at `iteration`, or else the first. */
export const eventAt = (events: readonly Shown[], iteration: number): Shown | undefined =>
  events.findLast((event) => event.iteration <= iteration) ?? events[0];

/** At most `most` of `all`, evenly spread, the first and the last among them. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}

export type Kind = 'images' | 'plane' | 'other';

/** What a sample of the run is; undefined until the run says so. Reads a signal. */
export function kindOf({ started }: RunModel): Kind | undefined {
  const shape = started.value?.teacher.sampleShape;
  if (!shape) return undefined;
  if (shape.length === 3) return 'images';
  return shape.length === 1 && shape[0] === 2 ? 'plane' : 'other';
}

/** How often the teacher's sampler asks the teacher for one sample. Reads a signal. */
export function teacherNfe({ started }: RunModel): number | undefined {
  const { sampler, samplerSteps } = started.value?.config ?? {};
  if (samplerSteps === undefined) return undefined;
  return sampler === 'heun' ? 2 * samplerSteps - 1 : samplerSteps;
}

/** The class of the sample with that number, where the teacher has classes; they take turns. Reads a signal. */
export function classOf({ started }: RunModel, sample: number): number | undefined {
  const { config, teacher } = started.value ?? {};
  if (!config || !teacher?.classes) return undefined;
  return config.labels?.[sample % config.labels.length] ?? sample % teacher.classes;
}
