/** Kernels that compute nothing: another name for a tensor, and complex numbers as pairs of real ones; and their size. */
import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../../graph/graph.ts';
import { add, binary, div, mul, node, scalar, unary } from '../../graph/ops.ts';
import { lowerTensors } from './registry.ts';

export function registerStorage(): void {
  lowerTensors('Identity', ({ x }, onnx) => {
    if (onnx.isRecording && x instanceof tf.Variable) return onnx.tensorOf(onnx.valueBehind(x));
    onnx.incRef(x!.dataId);
    return { dataId: x!.dataId, shape: x!.shape, dtype: x!.dtype };
  });
  lowerTensors('Complex', ({ real, imag }, onnx) => onnx.complexOf(onnx.valueBehind(real!), onnx.valueBehind(imag!)));
  lowerTensors('Real', ({ input }, onnx) => onnx.tensorOf(onnx.partsOf(input!)[0]));
  lowerTensors('Imag', ({ input }, onnx) => onnx.tensorOf(onnx.partsOf(input!)[1]));
  lowerTensors('ComplexAbs', ({ x }, onnx) => {
    // The larger part is taken out, since its square may be too large or too small for a float32
    const [real, imag] = onnx.partsOf(x!).map((part) => unary('Abs', part)) as [Value, Value];
    const larger = binary('Max', real, imag);
    const ratio = div(binary('Min', real, imag), larger);
    const size = mul(larger, unary('Sqrt', add(mul(ratio, ratio), scalar(1))));
    const isNone = binary('Equal', larger, scalar(0), 'bool');
    return onnx.tensorOf(node('Where', [isNone, scalar(0), size], 'float32', size.shape));
  });
}
