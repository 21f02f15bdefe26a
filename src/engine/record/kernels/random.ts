/** Draws of classes by their probabilities, from the project's own generator. */
import { usageError } from '../../../errors.ts';
import { Random } from '../../../random.ts';
import { binary, cast, node, reduce, reshape, scalar, slice, unary } from '../../graph/ops.ts';
import { lowerTensors } from './registry.ts';

type Multinomial = Readonly<Record<'numSamples' | 'seed', number>> & { readonly normalized: boolean };

export function registerRandom(): void {
  lowerTensors<Multinomial>('Multinomial', ({ logits }, onnx, { numSamples, seed, normalized }) => {
    if (onnx.isRecording)
      throw usageError(
        'A function given to `compile` draws classes with `tf.multinomial`, which would be the same ones in every call. ' +
          'Draw outside and pass them as an argument.',
      );
    const given = onnx.valueBehind(logits!);
    const [batch, classes] = given.shape as [number, number];
    // TensorFlow.js makes up a seed between 0 and 1
    const random = Random.fromSeed(Number.isInteger(seed) ? seed : Math.floor(seed * 2 ** 31));
    const draws = Float32Array.from({ length: batch * numSamples }, () => random.uniform());
    const shape = [batch, numSamples];
    const uniform = { dataId: onnx.write(draws, shape, 'float32'), shape, dtype: 'float32' as const };
    const probabilities = normalized ? given : unary('Softmax', given, { axis: -1 });
    const sums = node('CumSum', [probabilities, scalar(1, 'int64')], 'float32', given.shape);
    // The class is the number of sums that do not exceed the draw; the last, which is 1 but for rounding, does not count
    const bounds = reshape(slice(sums, [0], [classes - 1], [1]), [batch, 1, classes - 1]);
    const isBelow = binary('LessOrEqual', bounds, reshape(onnx.valueBehind(uniform), [...shape, 1]), 'bool');
    const drawn = onnx.tensorOf(reduce('ReduceSum', cast(isBelow, 'int32'), [2], false));
    onnx.disposeData(uniform.dataId);
    return drawn;
  });
}
