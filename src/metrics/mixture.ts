/**
 * How well samples match a Gaussian mixture: which modes they found, and how far they are from it in nats.
 */
import { failure, usageError } from '../errors.ts';
import { diffused, logDensity, responsibilities, type GaussianMixture } from '../diffusion/gaussian-mixture.ts';

export interface ModeReport {
  /** The share of all samples for which this mode is the most likely origin. */
  share: number;
  /**
   * The root mean square deviation per coordinate of those samples about their own mean, over the mode's own; null with
   * fewer than two samples. Where modes overlap, assigning samples cuts tails off, and even exact samples stay below 1.
   */
  stdRatio: number | null;
}

export interface ModesReport {
  /** In the order of the mixture's components. */
  modes: ModeReport[];
  /** How many modes have at least a quarter of the share that their weight asks for. */
  modesFound: number;
}

/** The modes that `samples` [n · dimensions] of a mixture fall in. A failure when a sample is not finite. */
export function measureModes(samples: ArrayLike<number>, mixture: GaussianMixture): ModesReport {
  const points = pointsOf(samples, mixture.dimensions);
  const assigned: number[][][] = mixture.components.map(() => []);
  for (const x of points) {
    const shares = responsibilities(mixture, x);
    assigned[shares.indexOf(Math.max(...shares))]!.push(x);
  }
  const modes = mixture.components.map(({ variances }, k): ModeReport => {
    const own = assigned[k]!;
    const ratio = Math.sqrt(meanVariance(own) / mean(variances));
    return { share: own.length / points.length, stdRatio: own.length < 2 ? null : ratio };
  });
  const modesFound = modes.filter(({ share }, k) => share >= mixture.components[k]!.weight / 4).length;
  return { modes, modesFound };
}

/**
 * KL(q_s ‖ p_s) in nats: how far samples in the plane, [n · 2], are from a mixture when both are blurred by N(0, s² I).
 * q_s is then a Gaussian around every sample, and the integral is a sum over a grid of spacing s/2.
 *
 * `s` is half the narrowest standard deviation unless given. n exact samples do not give 0 but up to about
 * (Σ_k Π_i (1 + λ_ki / s²) − 1) / 2n with variances λ_k: for K round modes and the default s, (25 K − 1) / 2n.
 * A usage error for other than two dimensions, a failure when a sample is not finite.
 */
export function diffusedKl(samples: ArrayLike<number>, mixture: GaussianMixture, s = defaultBlur(mixture)): number {
  if (mixture.dimensions !== 2) {
    throw usageError(
      `The KL divergence is measured in the plane, and this mixture has \`${mixture.dimensions}\` dimensions.`,
    );
  }
  const points = pointsOf(samples, 2);
  const p_s = diffused(mixture, { alpha: 1, sigma: s });
  const spacing = s / 2;
  let kl = 0;
  for (const [column, cells] of blurredOnGrid(points, s, spacing)) {
    for (const [row, q] of cells) {
      kl += q * (Math.log(q) - logDensity(p_s, [column * spacing, row * spacing])) * spacing ** 2;
    }
  }
  return kl;
}

/** Half the standard deviation of the narrowest component along its narrowest axis. */
const defaultBlur = ({ components }: GaussianMixture): number =>
  Math.sqrt(Math.min(...components.flatMap(({ variances }) => variances))) / 2;

/** q_s at the grid points within 6 s of a sample, by column and row: beyond lies less than 1e-8 of its mass. */
function blurredOnGrid(points: number[][], s: number, spacing: number): Map<number, Map<number, number>> {
  const reach = Math.round((6 * s) / spacing);
  const height = 1 / (2 * Math.PI * s ** 2 * points.length);
  const q_s = new Map<number, Map<number, number>>();
  for (const [x, y] of points as [number, number][]) {
    const [column, row] = [Math.round(x / spacing), Math.round(y / spacing)];
    for (let i = column - reach; i <= column + reach; i++) {
      if (!q_s.has(i)) q_s.set(i, new Map());
      const cells = q_s.get(i)!;
      const across = height * Math.exp(-((i * spacing - x) ** 2) / (2 * s ** 2));
      for (let j = row - reach; j <= row + reach; j++) {
        const q = across * Math.exp(-((j * spacing - y) ** 2) / (2 * s ** 2));
        cells.set(j, (cells.get(j) ?? 0) + q);
      }
    }
  }
  return q_s;
}

function pointsOf(samples: ArrayLike<number>, dimensions: number): number[][] {
  const n = samples.length / dimensions;
  if (!(Number.isInteger(n) && n > 0)) {
    throw new Error(`internal: ${samples.length} numbers are no samples of ${dimensions} dimensions`);
  }
  return Array.from({ length: n }, (_, i) => {
    const x = Array.from({ length: dimensions }, (_, j) => samples[i * dimensions + j]!);
    if (!x.every(Number.isFinite)) {
      throw failure(
        `Sample ${i} is \`${x.join(', ')}\`: the generator has diverged. Lower learningRate and start again.`,
      );
    }
    return x;
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The unbiased variance of each coordinate, averaged over the coordinates. */
function meanVariance(points: number[][]): number {
  const dimensions = points[0]?.length ?? 0;
  const perCoordinate = Array.from({ length: dimensions }, (_, i) => {
    const values = points.map((x) => x[i]!);
    const centre = mean(values);
    return values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1);
  });
  return mean(perCoordinate);
}
