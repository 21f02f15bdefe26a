/**
 * The one source of randomness: seeded, and its whole state is a few integers that a checkpoint can hold.
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator as Stream } from 'pure-rand/types/RandomGenerator';

/** A stream of random numbers, moved on by each draw. */
export class Random {
  private constructor(private readonly stream: Stream) {}

  /** A generator that depends on `seed` (any integer) alone. */
  static fromSeed(seed: number): Random {
    // filled straight from a small integer, the state gives some dozens of draws that are far from uniform
    return Random.fromState([1, 2, 3, 4].map((i) => scramble(seed + Math.imul(i, 0x9e3779b9))));
  }

  /** The generator that `state()` described: it continues with the same numbers. */
  static fromState(state: readonly number[]): Random {
    return new Random(xoroshiro128plusFromState(state));
  }

  /** The whole state, as integers that survive JSON. */
  state(): readonly number[] {
    return this.stream.getState();
  }

  /** A generator of its own for a named purpose, so that one consumer's appetite never shifts another's numbers. */
  fork(purpose: string): Random {
    let hash = 0x811c9dc5 ^ this.bits();
    for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
    return Random.fromSeed(hash);
  }

  /** Uniform in [0, 1), 32 random bits. */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** A uniform integer in [low, high). */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low));
  }

  /** `count` draws of N(0, 1), by the Box-Muller transform. */
  normal(count: number): Float32Array {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      // 1 - u is in (0, 1], whose logarithm is finite
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      out[i] = radius * Math.cos(angle);
      if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  }

  /** The integers 0..count-1 in random order (Fisher-Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }

  private bits(): number {
    return this.stream.next() >>> 0;
  }
}

/** A 32-bit integer whose every bit depends on every bit of `x` (the finaliser of MurmurHash3). */
function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
