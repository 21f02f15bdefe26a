/**
 * How a TensorFlow.js kernel is lowered: a function from graph values to graph values. What has no lowering is handed to
 * TensorFlow.js' own cpu kernel, so that every operation works.
 */
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../../../errors.ts';
import type { Value } from '../../graph/graph.ts';
import type { OnnxBackend } from '../backend.ts';

export const BACKEND = 'onnx';

type Values = Record<string, Value>;
/** Attributes as TensorFlow.js hands them over; each lowering states the ones it reads. */
type Lowering<A> = (inputs: Values, attributes: A) => Value | Value[];

const lowered = new Set<string>();
const fallbacks = new Map<string, number>();

/** The kernels that the onnx engine records, rather than handing them to TensorFlow.js' cpu kernels. */
export const loweredKernels = (): string[] => [...lowered].sort();

/** How often each kernel has run as TensorFlow.js' cpu kernel since the start or `resetFallbacks`. */
export const fallbackCounts = (): ReadonlyMap<string, number> => fallbacks;
export const resetFallbacks = (): void => fallbacks.clear();

/** Registers the lowering of a kernel. Inputs arrive under TensorFlow.js' own names; what `when` refuses falls back. */
export function lower<A = object>(
  kernelName: string,
  lowering: Lowering<A>,
  when: (inputs: Values, attributes: A) => boolean = () => true,
): void {
  lowered.add(kernelName);
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const onnx = backend as OnnxBackend;
      const values: Values = {};
      for (const [name, tensor] of Object.entries(inputs)) if (tensor) values[name] = onnx.valueBehind(tensor);
      if (!when(values, attrs as A)) return onCpu(kernelName, onnx, inputs, attrs);
      const out = lowering(values, attrs as A);
      return Array.isArray(out) ? out.map((v) => onnx.tensorOf(v)) : onnx.tensorOf(out);
    },
  });
}

/** Registers every kernel of tfjs' cpu backend that is not lowered. */
export function registerFallbacks(): void {
  // Silences the advertisement that tfjs prints when its cpu backend runs in Node
  tf.env().set('IS_NODE', false);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (lowered.has(kernelName)) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) => onCpu(kernelName, backend as OnnxBackend, inputs, attrs),
    });
  }
}

function onCpu(
  kernelName: string,
  onnx: OnnxBackend,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  if (onnx.isRecording)
    throw usageError(
      `The operation \`${kernelName}\` has no lowering to ONNX, so it cannot run inside \`compile\`. ` +
        'Run it outside, or choose the engine `tensorflow` or `cpu`.',
    );
  fallbacks.set(kernelName, (fallbacks.get(kernelName) ?? 0) + 1);
  const cpu = tf.findBackend('cpu') as tf.KernelBackend;
  // Einsum and its like take a list
  const moved = (Array.isArray(inputs) ? [] : {}) as tf.NamedTensorInfoMap;
  for (const [name, t] of Object.entries(inputs)) {
    if (t) moved[name] = { ...t, dataId: cpu.write(onnx.readSync(t.dataId), t.shape, t.dtype) };
  }
  const results = tf.getKernel(kernelName, 'cpu').kernelFunc({ inputs: moved, attrs: attrs!, backend: cpu });
  const back = (t: tf.TensorInfo): tf.TensorInfo => ({
    dataId: onnx.write(cpu.readSync(t.dataId).slice() as tf.BackendValues, t.shape, t.dtype),
    shape: t.shape,
    dtype: t.dtype,
  });
  const out = Array.isArray(results) ? results.map(back) : back(results);
  for (const t of [...Object.values(moved), ...[results].flat()]) cpu.disposeData(t!.dataId, true);
  return out;
}
