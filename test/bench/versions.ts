/**
 * What was measured: the machine and the versions on our side.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';

export interface Versions {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly onnxruntime: string;
  readonly tfjs: string;
}

export function versions(): Versions {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const [first, ...others] = cpus();
  return {
    cpu: first?.model ?? process.arch,
    cores: others.length + 1,
    node: process.versions.node,
    onnxruntime: version,
    tfjs: tf.version_core,
  };
}

/** How many processes wanted a core in the last minute, this bench's own included. */
export const load = (): number => Math.round(loadavg()[0]! * 10) / 10;
