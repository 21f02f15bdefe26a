/**
 * A generator in files for other tools: its weights as safetensors, and as ONNX for any runtime.
 */
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { exportGenerator } from '../../distillation/generator/export.ts';
import { startEngine, type EngineOptions, type RunningEngine } from '../../engine/start.ts';
import { usageError } from '../../errors.ts';
import { reasonOf, replaceFile } from '../files/replace-file.ts';
import { loadGenerator } from './generator-file.ts';

/** What both files of a generator are called in a folder. */
export const WEIGHTS = 'generator.safetensors';
export const ONNX = 'generator.onnx';

/**
 * Writes the generator in the file `from` to each of `files`, by its extension: `.safetensors` a copy, `.onnx` a model
 * that has been loaded and compared with the generator. All of them are made before the first is written. The exporter
 * records on the onnx engine: where another is `running`, that is started again afterwards.
 */
export async function exportFiles(
  from: string,
  files: readonly string[],
  running?: { readonly engine: RunningEngine; readonly config: EngineOptions },
): Promise<void> {
  const switches = running?.engine.engine !== 'onnx';
  if (switches) await startEngine({ engine: 'onnx' });
  try {
    const contents = await contentsOf(from, files);
    for (const [i, file] of files.entries()) await replaceFile(file, contents[i]!);
  } finally {
    if (running && switches) await startEngine(running.config);
  }
}

async function contentsOf(from: string, files: readonly string[]): Promise<Uint8Array[]> {
  const { generator, params, metadata } = await loadGenerator(from);
  const { teacher = 'unknown' } = metadata;
  const contents: Uint8Array[] = [];
  try {
    for (const file of files) {
      contents.push(isOnnx(file) ? await exportGenerator(generator, params, { teacher }) : await readFile(from));
    }
    return contents;
  } finally {
    tf.dispose(params);
  }
}

/**
 * The files that `outs` ask for: a folder asks for both kinds. A usage error when one has another extension, lies where
 * nothing can be written, or exists and is not to be replaced.
 */
export async function exportTargets(outs: readonly string[], { force = false } = {}): Promise<string[]> {
  const files = await Promise.all(
    outs.map(async (out) =>
      (await kindOf(out))?.isDirectory() || /[/\\]$/.test(out) ? [WEIGHTS, ONNX].map((name) => join(out, name)) : out,
    ),
  );
  const targets = [...new Set(files.flat())];
  for (const target of targets) await requireWritable(target, force);
  return targets;
}

async function requireWritable(path: string, force: boolean): Promise<void> {
  if (!isOnnx(path) && extname(path) !== '.safetensors') {
    throw usageError(
      `\`${path}\` ends neither with .safetensors nor with .onnx. Give such a name, or a folder for both.`,
    );
  }
  const folder = dirname(path);
  if (!(await kindOf(folder))?.isDirectory()) {
    throw usageError(`There is no folder \`${folder}\` for \`${path}\`. Make it, or choose another place with --out.`);
  }
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw usageError(`\`${path}\` cannot be written: ${reasonOf(error)}.`, error);
  });
  const kind = await kindOf(path);
  if (kind && !kind.isFile()) throw usageError(`\`${path}\` is no file. Choose another name with --out.`);
  if (kind && !force) {
    throw usageError(`\`${path}\` is there already. Give --force to replace it, or another name with --out.`);
  }
}

const isOnnx = (path: string): boolean => extname(path) === '.onnx';
const kindOf = (path: string) => stat(path).catch(() => undefined);
