/** One of TensorFlow.js' own cpu kernels, run on tensors of the onnx engine: there, computed, and back. */
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { OnnxBackend } from '../backend.ts';

/** Kernels take tensors by name, a list of them, or lists by name. */
type Inputs = tf.TensorInfo | undefined | readonly Inputs[] | { readonly [name: string]: Inputs };

const isTensor = (inputs: object): inputs is tf.TensorInfo => 'dataId' in inputs;

export function runCpuKernel(
  onnx: OnnxBackend,
  kernelName: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  const cpu = tf.findBackend('cpu') as MathBackendCPU;
  const moved: tf.TensorInfo[] = [];
  const there = (given: Inputs): Inputs => {
    if (!given) return given;
    if (Array.isArray(given)) return (given as readonly Inputs[]).map(there);
    if (!isTensor(given))
      return Object.fromEntries(Object.entries(given).map(([name, t]) => [name, there(t as Inputs)]));
    // Some kernels ask a tensor for what a description of it has not, such as its rank
    const twin = Object.create(given, { dataId: { value: toCpu(onnx, cpu, given) } }) as tf.TensorInfo;
    moved.push(twin);
    return twin;
  };
  try {
    const results = tf
      .getKernel(kernelName, 'cpu')
      .kernelFunc({ inputs: there(inputs) as tf.NamedTensorInfoMap, attrs: attrs!, backend: cpu });
    moved.push(...[results].flat());
    return Array.isArray(results) ? results.map((t) => fromCpu(onnx, cpu, t)) : fromCpu(onnx, cpu, results);
  } finally {
    for (const { dataId } of moved) cpu.disposeData(dataId, true);
  }
}

function toCpu(onnx: OnnxBackend, cpu: MathBackendCPU, { dataId, shape, dtype }: tf.TensorInfo): tf.DataId {
  if (dtype !== 'complex64') return cpu.write(onnx.readSync(dataId), shape, dtype);
  const { real, imag } = tf.backend_util.splitRealAndImagArrays(onnx.readSync(dataId) as Float32Array);
  const complex = cpu.makeTensorInfo(shape, dtype);
  cpu.data.get(complex.dataId).complexTensorInfos = {
    real: cpu.makeTensorInfo(shape, 'float32', real),
    imag: cpu.makeTensorInfo(shape, 'float32', imag),
  };
  return complex.dataId;
}

function fromCpu(onnx: OnnxBackend, cpu: MathBackendCPU, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  const write = (id: tf.DataId, type: tf.DataType): tf.TensorInfo => ({
    dataId: onnx.write(cpu.readSync(id).slice() as tf.BackendValues, shape, type),
    shape,
    dtype: type,
  });
  const parts = cpu.data.get(dataId).complexTensorInfos;
  if (!parts) return write(dataId, dtype);
  const [real, imag] = [parts.real, parts.imag].map((part) => write(part.dataId, 'float32'));
  const complex = onnx.complexOf(onnx.valueBehind(real!), onnx.valueBehind(imag!));
  for (const part of [real, imag]) onnx.disposeData(part!.dataId);
  return complex;
}
