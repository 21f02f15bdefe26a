/**
 * Pairs in files: made shard by shard, so that an interruption loses at most one, and kept in a directory named after all
 * that they follow from, so that no pair is ever used for another teacher, sampler or seed.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import writeFileAtomic from 'write-file-atomic';
import { DmdError, failure, messageOf } from '../../errors.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../networks/safetensors.ts';
import { cachePath, packagePath } from '../../paths.ts';
import { Random } from '../../random.ts';
import type { Teacher } from '../../teachers/teacher.ts';
import type { Config } from '../config.ts';
import { type Bundle, readBundle } from './bundled-pairs.ts';
import { pairsInMemory, type PairArrays, type PairSource } from './pairs.ts';
import { teacherSampler } from './sample-teacher.ts';

export interface PairOptions {
  config: Pick<Config, 'pairs' | 'sampler' | 'samplerSteps' | 'guidance' | 'labels' | 'seed'>;
  /** Stays the caller's. */
  teacher: Teacher;
  /** Holds a directory for each kind of pairs; default: one among the user's caches. */
  cache?: string;
  /** Told how many pairs there are of those wanted: once for those found in the cache, then after each shard. */
  onProgress?: (done: number, wanted: number) => void;
}

/** Pairs in a file. Whatever number is wanted, shards are whole, so that a larger number goes on where this one ended. */
const shardSize = 128;

/** The directory, inside `cache`, of the pairs that this configuration and teacher make, however many. */
export function pairDirectory({ config, teacher, cache = cachePath('pairs') }: PairOptions): string {
  const { sampler, samplerSteps, guidance, labels, seed } = config;
  const origin = JSON.stringify({ v: 1, teacher: teacher.fingerprint, sampler, samplerSteps, guidance, labels, seed });
  return join(cache, createHash('sha256').update(origin).digest('hex').slice(0, 32));
}

/** `config.pairs` pairs, from the cache where it has them; undefined when none are wanted. A failure when it cannot be written. */
export async function openPairs(options: PairOptions): Promise<PairSource | undefined> {
  const { config, teacher, onProgress } = options;
  const wanted = config.pairs;
  if (wanted === 0) return undefined;
  const directory = pairDirectory(options);
  const paths = Array.from({ length: Math.ceil(wanted / shardSize) }, (_, i) =>
    join(directory, `shard-${String(i).padStart(5, '0')}.safetensors`),
  );
  const shards = await Promise.all(paths.map((path) => readShard(path, teacher)));
  const found = () => Math.min(wanted, shardSize * shards.filter((shard) => shard).length);

  onProgress?.(found(), wanted);
  const bundle = shards.includes(undefined) ? await readBundle(bundlePath(teacher), basename(directory)) : undefined;
  const bundled = (i: number) => bundle && bundledShard(options, bundle, i);
  shards.forEach((shard, i) => (shards[i] = shard ?? bundled(i)));
  if (shards.includes(undefined)) await makeDirectory(directory);
  const sample = teacherSampler(teacher, config);
  for (const [i, path] of paths.entries()) {
    if (shards[i]) continue;
    shards[i] = await makeShard(options, sample, i);
    await writeShard(path, shards[i]);
    onProgress?.(found(), wanted);
  }
  return pairsInMemory(joined(shards as PairArrays[], wanted));
}

/** The noise and labels of shard `index`, which depend on the seed, the classes and `index` alone. */
function sourceOf({ config, teacher }: PairOptions, index: number): Omit<PairArrays, 'y'> {
  const { sampleShape, classes } = teacher;
  const z = Random.fromSeed(config.seed)
    .fork(`pairs ${index}`)
    .normal(shardSize * tf.util.sizeFromShape([...sampleShape]));
  const drawn = config.labels ?? Array.from({ length: classes }, (_, label) => label);
  const labels =
    drawn.length > 0 ? Int32Array.from({ length: shardSize }, (_, i) => drawn[i % drawn.length]!) : undefined;
  return { sampleShape, z, labels };
}

/** Where the pairs of a teacher that ships with the package are. */
const bundlePath = ({ name }: Teacher): string => packagePath('weights', `${name}-pairs.png`);

/** Shard `index` of the pairs that ship with the package; undefined when they end before it does. */
function bundledShard(options: PairOptions, { count, images }: Bundle, index: number): PairArrays | undefined {
  if ((index + 1) * shardSize > count) return undefined;
  const size = shardSize * tf.util.sizeFromShape([...options.teacher.sampleShape]);
  return { ...sourceOf(options, index), y: images.subarray(index * size, (index + 1) * size) };
}

async function makeShard(
  options: PairOptions,
  sample: ReturnType<typeof teacherSampler>,
  index: number,
): Promise<PairArrays> {
  const { config, teacher } = options;
  const source = sourceOf(options, index);
  const noise = tf.tensor(source.z, [shardSize, ...teacher.sampleShape]);
  const labels = source.labels && tf.tensor1d(source.labels, 'int32');
  const images = sample({ z: noise, labels });
  const y = (await images.data()) as Float32Array;
  const shard = { ...source, y };
  tf.dispose([noise, images, labels] as never);
  if (!y.every(Number.isFinite)) {
    throw failure(
      `The sampler \`${config.sampler}\` of \`${teacher.name}\` gave numbers that are not finite. Try other samplerSteps ` +
        `than \`${config.samplerSteps}\`.`,
    );
  }
  return shard;
}

async function writeShard(path: string, { sampleShape, z, y, labels }: PairArrays): Promise<void> {
  const shape = [shardSize, ...sampleShape];
  const tensors = new Map<string, StoredTensor>([
    ['z', { shape, values: z }],
    ['y', { shape, values: y }],
  ]);
  if (labels) tensors.set('labels', { shape: [shardSize], values: Float32Array.from(labels) });
  try {
    await writeFileAtomic(path, Buffer.from(encodeSafetensors({ tensors, metadata: {} })));
  } catch (cause) {
    throw failure(`The pairs could not be written to \`${path}\`: ${messageOf(cause)}.`, cause);
  }
}

/** The shard in the file `path`; undefined when it is absent or unsound and is to be made (again). */
async function readShard(path: string, { sampleShape, classes }: Teacher): Promise<PairArrays | undefined> {
  try {
    const { tensors } = decodeSafetensors(await readFile(path), path);
    const [z, y, labels] = ['z', 'y', 'labels'].map((name) => tensors.get(name));
    const whole = [z, y].every((tensor) => tensor?.shape.join() === [shardSize, ...sampleShape].join());
    if (!whole || (classes > 0 && labels?.shape.join() !== `${shardSize}`)) return undefined;
    return { sampleShape, z: z!.values, y: y!.values, labels: labels && Int32Array.from(labels.values) };
  } catch (error) {
    if (error instanceof DmdError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw failure(`The pairs in \`${path}\` cannot be read: ${messageOf(error)}.`, error);
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw failure(`The directory \`${directory}\` for pairs cannot be made: ${messageOf(cause)}.`, cause);
  }
}

/** The first `count` pairs of all shards. */
function joined(shards: readonly PairArrays[], count: number): PairArrays {
  const { sampleShape, labels } = shards[0]!;
  const size = tf.util.sizeFromShape([...sampleShape]);
  const whole = (of: (shard: PairArrays) => Float32Array) => {
    const out = new Float32Array(count * size);
    shards.forEach((shard, i) =>
      out.set(of(shard).subarray(0, out.length - i * shardSize * size), i * shardSize * size),
    );
    return out;
  };
  return {
    sampleShape,
    z: whole(({ z }) => z),
    y: whole(({ y }) => y),
    labels: labels && Int32Array.from(shards.flatMap((shard) => [...shard.labels!])).subarray(0, count),
  };
}
