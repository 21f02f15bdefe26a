/**
 * One ONNX Runtime session, run synchronously.
 *
 * The package's public `run` is the native call behind `setImmediate`; TensorFlow.js needs the answer at once (dataSync,
 * kernels that fall back), and a training step should not wait for a turn of the event loop. So this file, and only this
 * file, speaks to the native binding; onnxruntime-node is pinned to the version it was written for.
 */
import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import { failure } from '../../errors.ts';
import { withoutTelemetry } from './telemetry.ts';

export type OrtTensor = Ort.Tensor;

/** Where a session computes: ONNX Runtime's execution providers. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml';

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(
    feeds: Record<string, OrtTensor>,
    fetches: Record<string, OrtTensor | null>,
    options: object,
  ): Record<string, OrtTensor>;
  dispose(): void;
  endProfiling(): void;
}

interface Binding {
  binding: { InferenceSession: new () => NativeSession };
  initOrt(): void;
}

const require = createRequire(import.meta.url);
let loaded: { ort: typeof Ort; native: Binding } | undefined;

/** ONNX Runtime, loaded on first use. */
export function onnxRuntime(): { ort: typeof Ort; native: Binding } {
  if (!loaded) {
    withoutTelemetry();
    try {
      const ort = require('onnxruntime-node') as typeof Ort;
      const native = require('onnxruntime-node/dist/binding.js') as Binding;
      native.initOrt();
      loaded = { ort, native };
    } catch (cause) {
      throw failure(
        `ONNX Runtime cannot be loaded on \`${process.platform}-${process.arch}\`: ${(cause as Error).message}. ` +
          'Reinstall with `npm ci`, or choose another engine with `--engine`.',
        cause,
      );
    }
  }
  return loaded;
}

export const onnxRuntimeVersion = (): string =>
  (require('onnxruntime-node/package.json') as { version: string }).version;

export interface SessionOptions {
  provider: Provider;
  threads: number;
  /** `all` lets ONNX Runtime optimise too: worth its time for a model of someone else's that runs often. */
  optimization?: 'disabled' | 'basic' | 'all';
  /** Keep outputs on the device. */
  outputsOnDevice?: boolean;
  /** Write ONNX Runtime's profile to a file of this prefix. */
  profile?: string;
}

export class Session {
  private readonly native: NativeSession;
  private readonly profiled: boolean;
  private disposed = false;

  constructor(
    model: Uint8Array,
    { provider, threads, optimization = 'disabled', outputsOnDevice, profile }: SessionOptions,
  ) {
    this.profiled = Boolean(profile);
    this.native = new (onnxRuntime().native.binding.InferenceSession)();
    this.native.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: optimization,
      logSeverityLevel: 3,
      // Planning all memory of a run ahead costs a third more of it and gains no time
      enableMemPattern: false,
      ...(outputsOnDevice ? { preferredOutputLocation: 'gpu-buffer' } : {}),
      ...(profile ? { enableProfiling: true, profileFilePrefix: profile } : {}),
      // Threads that keep spinning after a run steal the cores from the next session's run
      extra: { session: { force_spinning_stop: '1' } },
    });
  }

  /** Runs the model. A fetch that is a tensor is written in place; a null one is allocated. */
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor | null>): Record<string, OrtTensor> {
    return this.native.run(feeds, fetches, {});
  }

  /** Frees the model and, when a profile was asked for, writes it. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    if (this.profiled) this.native.endProfiling();
    this.native.dispose();
  }
}
