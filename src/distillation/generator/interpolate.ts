/**
 * The way from one noise to another: Gaussian noise lies near a sphere, and the straight line between two draws leaves it.
 */

/**
 * `count` noises from `from` to `to`, both included, in equal steps: directions turn along the great circle, lengths change
 * evenly. One alone is `from`. All in one array, [count · n] for noises [n].
 */
export function alongSphere(from: Float32Array, to: Float32Array, count: number): Float32Array {
  const [a, b] = [lengthOf(from), lengthOf(to)];
  const cosine = from.reduce((sum, value, i) => sum + value * to[i]!, 0) / (a * b);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  const whole = new Float32Array(count * from.length);
  for (let k = 0; k < count; k++) {
    const t = count > 1 ? k / (count - 1) : 0;
    // alike or opposite, no circle is the one
    const [u, v] = sine > 1e-6 ? [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine] : [1 - t, t];
    const length = (1 - t) * a + t * b;
    for (let i = 0; i < from.length; i++) {
      whole[k * from.length + i] = length * ((u * from[i]!) / a + (v * to[i]!) / b);
    }
  }
  return whole;
}

const lengthOf = (noise: Float32Array): number => Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0));
