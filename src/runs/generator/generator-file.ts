/**
 * `generator.safetensors`: a one-step generator whole, its weights with what rebuilds the network around them.
 */
import type { Distiller } from '../../distillation/distiller.ts';
import { affineGenerator } from '../../distillation/generator/affine.ts';
import { conditioningLevel } from '../../distillation/generator/conditioning.ts';
import { denoiserGenerator, type Generator } from '../../distillation/generator/generator.ts';
import type { Source } from '../../distillation/step.ts';
import { compile } from '../../engine/compile.ts';
import { usageError } from '../../errors.ts';
import { architectureOf, buildNetwork, matchWeights } from '../../networks/build.ts';
import type { Params } from '../../networks/denoiser.ts';
import { loadWeights, saveWeights } from '../../networks/weights.ts';
import type { Draw } from './draw.ts';

export interface LoadedGenerator {
  readonly generator: Generator;
  /** The caller disposes them. */
  readonly params: Params;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Writes the generator that is judged: the running average of the weights where one is kept. */
export async function saveGenerator(
  path: string,
  { config, teacher, models, weights }: GeneratorSource,
): Promise<void> {
  const level = conditioningLevel(teacher.schedule, config.conditioningTimestep);
  await saveWeights(path, weights, {
    teacher: teacher.name,
    teacherFingerprint: teacher.fingerprint,
    ...(teacher.dataset !== undefined && { dataset: teacher.dataset }),
    ...(models.generator === affineGenerator
      ? { generator: 'affine' }
      : {
          generator: 'denoiser',
          architecture: JSON.stringify(teacher.student.network.architecture),
          conditioningTimestep: String(level.time),
        }),
  });
}

type GeneratorSource = Pick<Distiller, 'config' | 'teacher' | 'models'> & { weights: Params };

/** The generator in the file `path`. A usage error when it holds something else, a failure when it is damaged. */
export async function loadGenerator(path: string): Promise<LoadedGenerator> {
  const { params, metadata } = await loadWeights(path);
  if (metadata['generator'] === 'affine') return { generator: affineGenerator, params, metadata };
  if (metadata['generator'] !== 'denoiser') {
    throw usageError(`\`${path}\` holds no generator. Give a generator.safetensors that \`distill\` wrote.`);
  }
  const source = `\`${path}\``;
  const network = buildNetwork(architectureOf(metadata, source), source);
  const level = conditioningLevel(network.schedule, Number(metadata['conditioningTimestep']));
  return { generator: denoiserGenerator(network, level), params: matchWeights(network, params, source), metadata };
}

/** What the generator draws, compiled, for as long as its weights are there. */
export function drawOfFile({ generator, params }: Pick<LoadedGenerator, 'generator' | 'params'>): Draw {
  const G = compile(({ z, labels }: Source) => generator.generate(params, z, labels));
  return (z, labels) => G({ z, labels });
}
