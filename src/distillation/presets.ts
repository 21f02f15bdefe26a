/**
 * What is known to work: configurations for a kind of teacher and a patience.
 */
import { closest } from 'fastest-levenshtein';
import { usageError } from '../errors.ts';
import { isMixtureFile } from '../teachers/mixture-file.ts';
import { isMixturePreset } from '../teachers/mixture-presets.ts';
import type { ConfigInput } from './config.ts';

/** `quick`: minutes on two cores, seconds for mixtures. `long`: about an hour, minutes for mixtures. */
export const presetNames = ['quick', 'long'] as const;
export type PresetName = (typeof presetNames)[number];

/** The configuration `preset` for the teacher `teacher`, a name or a path. A usage error when there is no such preset. */
export function presetConfig(teacher: string, preset = 'quick'): ConfigInput {
  if (!isPreset(preset)) {
    throw usageError(
      `There is no preset \`${preset}\`. Did you mean \`${closest(preset, presetNames)}\`? Known are ${presetNames.join(' and ')}.`,
    );
  }
  return { teacher, ...(isMixture(teacher) ? mixtures(teacher) : images(teacher))[preset] };
}

const isMixture = (teacher: string): boolean => isMixturePreset(teacher) || isMixtureFile(teacher);
const isPreset = (name: string): name is PresetName => (presetNames as readonly string[]).includes(name);

/**
 * Mixtures: at σ_c = 80 the teacher sees one grey mean, at 2 it begins to see the modes, and so does G. Pairs cost nearly
 * nothing, and regression to many of them goes far; what it leaves between the modes, distribution matching takes away,
 * when G is slow, the fake score fast, and the noise neither finer nor coarser than what there is to see.
 */
const mixtures = (teacher: string) => {
  const common = {
    batchSize: 256,
    learningRate: 1e-4,
    fakeLearningRate: 2e-3,
    fakeUpdates: 2,
    lambdaReg: 2,
    timestepRange: [0.1, 0.7],
    conditioningTimestep: 2,
    pairs: 16_384,
  } satisfies ConfigInput;
  const warmup = { fakeSteps: 300, learningRate: 4e-3 };
  const [steps, regressionSteps] = teacher === 'two-modes' ? [500, 1000] : [1000, 2000];
  return {
    quick: { ...common, steps, ema: 0.99, warmup: { ...warmup, regressionSteps }, samplesEvery: 100 },
    long: { ...common, steps: 10_000, ema: 0.999, warmup: { ...warmup, regressionSteps: 5000 }, samplesEvery: 500 },
  } satisfies Record<PresetName, ConfigInput>;
};

/**
 * Images: distribution matching pays only once G draws something and the fake score has caught up with it, so both are
 * warmed up; then it needs a lower rate, a fake score that learns faster than G
 * (at G's own rate it lags behind, and the samples' brightness swings), and an average of G to judge.
 */
const images = (teacher: string) => {
  const common = {
    batchSize: 32,
    lambdaReg: 1,
    gradientClip: 1,
    // the pairs of the bundled teacher come with it, and what there is a measure for is compared by it
    ...(teacher === 'mnist' ? { pairs: 10_112, baseline: 'regression' as const } : { pairs: 2000 }),
  } satisfies ConfigInput;
  return {
    quick: {
      ...common,
      steps: 120,
      learningRate: 1e-4,
      fakeLearningRate: 5e-4,
      ema: 0.98,
      warmup: { regressionSteps: 250, fakeSteps: 60, learningRate: 5e-4 },
      samplesEvery: 25,
      evaluationSamples: 4000,
    },
    long: {
      ...common,
      steps: 3000,
      learningRate: 5e-5,
      fakeLearningRate: 3e-4,
      ema: 0.995,
      warmup: { regressionSteps: 3000, fakeSteps: 300, learningRate: 5e-4 },
      checkpointEvery: 200,
      evaluateEvery: 1000,
      samplesEvery: 100,
    },
  } satisfies Record<PresetName, ConfigInput>;
};
