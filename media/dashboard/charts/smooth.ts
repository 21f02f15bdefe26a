/**
 * Curves without their noise: an exponential moving average whose weights fall with the distance in iterations.
 */

/**
 * Of `y` at `x` (both [n], x rising) the mean of all values so far, each with weight smoothing^(x_i − x_j): where values
 * follow each other at every iteration this is TensorBoard's bias-corrected average, and a gap counts by its length.
 * `smoothing` is in [0, 1). NaN where `y` is not finite; such values count for nothing.
 */
export function smooth(x: ArrayLike<number>, y: ArrayLike<number>, smoothing: number): Float64Array {
  const smoothed = new Float64Array(y.length).fill(NaN);
  let sum = 0;
  let weight = 0;
  let last = -Infinity;
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i])) continue;
    const apart = x[i]! - last;
    const decay = apart === 1 ? smoothing : smoothing ** apart;
    sum = sum * decay + y[i]!;
    weight = weight * decay + 1;
    last = x[i]!;
    smoothed[i] = sum / weight;
  }
  return smoothed;
}

/** The slider's way, 0 to 1, to a smoothing of 0 to 0.999: each third of it is one more nine. */
export const smoothingAt = (position: number): number => 1 - 10 ** (-3 * position);

/** The slider's place of a smoothing. */
export const positionOf = (smoothing: number): number => -Math.log10(1 - smoothing) / 3;
