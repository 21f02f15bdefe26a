/**
 * The event `probe`: both scores on the run's first fixed samples, at fixed noise levels, in a file of tensors.
 */
import type { NoiseLevel, NoiseSchedule } from '../../diffusion/schedule.ts';
import { encodeSafetensors, type StoredTensor } from '../../networks/safetensors.ts';
import { lookAt, probeSamples, type SeenOnHost } from './fixed-samples.ts';
import { eightDigits, rounded, type Observed } from './observed.ts';

const once = ['z', 'x'] as const;
const atEveryLevel = ['x_t', 'mu_real', 'mu_fake', 'difference', 'gradient'] as const;

/** Tells what both scores say now, of G with its weights in training; nothing when the run matches nothing. */
export async function tellProbe(observed: Observed): Promise<void> {
  const { run, config, teacher, iteration } = observed;
  if (config.lambdaDm === 0) return;
  const samples = Array.from({ length: probeSamples(observed) }, (_, i) => i);
  const levels = config.probeLevels.map((share) => levelAtShare(teacher.schedule, share));
  const seen = await lookAt(observed, samples, levels);

  const name = `probes/${eightDigits(iteration)}.safetensors`;
  const file = encodeSafetensors({
    tensors: tensorsOf(seen, [samples.length, ...teacher.sampleShape]),
    metadata: { format: 'dmd-lab' },
  });
  if (!(await run.show(name, file))) return;
  run.event({
    type: 'probe',
    iteration,
    tensors: name,
    t: levels.map(({ time }) => time),
    sigma: levels.map(({ sigma }) => sigma),
    differenceRms: seen.map(({ difference }) => rounded(rootMeanSquare(difference))),
    gradientRms: seen.map(({ gradient }) => rounded(rootMeanSquare(gradient))),
  });
}

/** The level at a share of the schedule, 0 the least noisy and 1 the noisiest. */
const levelAtShare = (schedule: NoiseSchedule, share: number): NoiseLevel =>
  schedule.level(Math.min(Math.round(share * schedule.size), schedule.size - 1));

function tensorsOf(seen: readonly SeenOnHost[], shape: readonly number[]): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const name of once) tensors.set(name, { shape, values: seen[0]![name] });
  for (const name of atEveryLevel) {
    const each = seen[0]![name].length;
    const values = new Float32Array(seen.length * each);
    seen.forEach((level, i) => values.set(level[name], i * each));
    tensors.set(name, { shape: [seen.length, ...shape], values });
  }
  return tensors;
}

const rootMeanSquare = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
