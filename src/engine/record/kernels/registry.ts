/**
 * How a TensorFlow.js kernel is lowered: a function from graph values to graph values. What has no lowering is handed to
 * TensorFlow.js' own cpu kernel, so that every operation works.
 */
import * as tf from '@tensorflow/tfjs-core';
import { usageError } from '../../../errors.ts';
import type { Value } from '../../graph/graph.ts';
import type { OnnxBackend } from '../backend.ts';
import { isHostType } from '../types.ts';
import { runCpuKernel } from './cpu-kernel.ts';

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

let forbidden: ReadonlySet<string> = new Set();

/** For tests: these kernels may run as TensorFlow.js' cpu kernels with strings and complex numbers alone. */
export const forbidFallbacks = (kernels: Iterable<string>): void => void (forbidden = new Set(kernels));

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
      for (const [name, tensor] of Object.entries(inputs)) {
        if (!tensor) continue;
        if (isHostType(tensor.dtype)) return onCpu(kernelName, onnx, inputs, attrs);
        values[name] = onnx.valueBehind(tensor);
      }
      if (!when(values, attrs as A)) return onCpu(kernelName, onnx, inputs, attrs);
      const out = lowering(values, attrs as A);
      return Array.isArray(out) ? out.map((v) => onnx.tensorOf(v)) : onnx.tensorOf(out);
    },
  });
}

/** Registers a kernel that handles tensors itself, of any type: what is kept rather than computed. */
export function lowerTensors<A = object>(
  kernelName: string,
  kernelFunc: (inputs: tf.NamedTensorInfoMap, onnx: OnnxBackend, attributes: A) => tf.TensorInfo,
): void {
  lowered.add(kernelName);
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, backend, attrs }) => kernelFunc(inputs, backend as OnnxBackend, attrs as A),
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
  if (forbidden.has(kernelName) && !hasHostTypes(inputs, attrs))
    throw new Error(`internal: \`${kernelName}\` fell back to TensorFlow.js' cpu kernel`);
  fallbacks.set(kernelName, (fallbacks.get(kernelName) ?? 0) + 1);
  return runCpuKernel(onnx, kernelName, inputs, attrs);
}

/** Whether a kernel takes or makes strings or complex numbers. */
function hasHostTypes(inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap | undefined): boolean {
  const made = attrs as { dtype?: tf.DataType; value?: unknown } | undefined;
  const types = [...Object.values(inputs).map((t) => t?.dtype), made?.dtype];
  return types.some((dtype) => dtype && isHostType(dtype)) || typeof made?.value === 'string';
}
