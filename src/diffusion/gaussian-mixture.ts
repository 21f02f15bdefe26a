/**
 * Gaussian mixtures: distributions that diffusion turns into others of their kind, so that everything about them is
 * known exactly. In float64, on the host; src/teachers/mixture.ts is the same on tensors.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { usageError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { NoiseLevel } from './schedule.ts';

/** N(mean, Aᵀ diag(variances) A), where the rows of A are the principal axes; without `axes` they are the coordinates'. */
export interface Component {
  /** Its share of the mixture; all shares sum to 1. */
  readonly weight: number;
  readonly mean: readonly number[];
  readonly variances: readonly number[];
  readonly axes?: readonly (readonly number[])[];
}

export interface GaussianMixture {
  readonly dimensions: number;
  readonly components: readonly Component[];
}

/** An isotropic variance, the variances of the coordinates, or a whole symmetric matrix. */
export type Covariance = number | readonly number[] | readonly (readonly number[])[];

export interface MixtureSpec {
  /** Positive, of any sum; default: all equal. */
  weights?: readonly number[];
  means: readonly (readonly number[])[];
  /** One for all components, or one for each. */
  covariance: Covariance | { readonly each: readonly Covariance[] };
}

/** The mixture of `spec`. A usage error when its numbers do not describe one. */
export function gaussianMixture({ weights, means, covariance }: MixtureSpec): GaussianMixture {
  const dimensions = means[0]?.length ?? 0;
  if (dimensions === 0) throw usageError('A mixture needs at least one mean with at least one coordinate.');
  const each = typeof covariance === 'object' && 'each' in covariance ? covariance.each : means.map(() => covariance);
  const shares = weights ?? means.map(() => 1);
  if (shares.length !== means.length || each.length !== means.length) {
    throw usageError(
      `A mixture needs a weight and a covariance for each of its ${means.length} means; it came with ` +
        `\`${shares.length}\` weights and \`${each.length}\` covariances.`,
    );
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  const components = means.map((mean, k): Component => {
    if (mean.length !== dimensions || !mean.every(Number.isFinite)) {
      throw usageError(`Mean ${k} of a mixture must be ${dimensions} finite numbers, not \`${mean.join(', ')}\`.`);
    }
    if (!(shares[k]! > 0 && total < Infinity)) {
      throw usageError(`Weight ${k} of a mixture must be a positive number, not \`${shares[k]}\`.`);
    }
    return { weight: shares[k]! / total, mean, ...principalAxes(each[k]!, dimensions, k) };
  });
  return { dimensions, components };
}

function principalAxes(covariance: Covariance, dimensions: number, k: number): Pick<Component, 'variances' | 'axes'> {
  const wrong = () =>
    usageError(
      `Covariance ${k} of a mixture must be positive: a number, ${dimensions} numbers, or a symmetric ` +
        `${dimensions}×${dimensions} matrix; it is \`${JSON.stringify(covariance)}\`.`,
    );
  const isMatrix = (c: Covariance): c is readonly (readonly number[])[] => typeof c === 'object' && Array.isArray(c[0]);
  let variances: readonly number[];
  let axes: number[][] | undefined;
  if (typeof covariance === 'number') {
    variances = Array<number>(dimensions).fill(covariance);
  } else if (isMatrix(covariance)) {
    if (covariance.length !== dimensions || covariance.some((row) => row.length !== dimensions)) throw wrong();
    const matrix = new Matrix(covariance.map((row) => [...row]));
    if (!matrix.isSymmetric()) throw wrong();
    const eigen = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
    variances = eigen.realEigenvalues;
    axes = eigen.eigenvectorMatrix.transpose().to2DArray();
  } else {
    variances = covariance as readonly number[];
  }
  if (variances.length !== dimensions || !variances.every((v) => v > 0 && v < Infinity)) throw wrong();
  return { variances, axes };
}

/** The distribution of x_t = α x + σ ε for x of the mixture: means α m, covariances α² Σ + σ² I. */
export function diffused(mixture: GaussianMixture, { alpha, sigma }: Omit<NoiseLevel, 'time'>): GaussianMixture {
  return {
    dimensions: mixture.dimensions,
    components: mixture.components.map((component) => ({
      ...component,
      mean: component.mean.map((m) => alpha * m),
      variances: component.variances.map((v) => alpha ** 2 * v + sigma ** 2),
    })),
  };
}

/** log p(x) in nats. */
export function logDensity(mixture: GaussianMixture, x: ArrayLike<number>): number {
  return logSumExp(jointLogDensities(mixture, x));
}

/** ∇ log p(x). With `diffused(mixture, level)` it is the score s(x_t, t). */
export function score(mixture: GaussianMixture, x: ArrayLike<number>): number[] {
  const out = Array<number>(mixture.dimensions).fill(0);
  const shares = responsibilities(mixture, x);
  for (const [k, component] of mixture.components.entries()) {
    const pull = alongAxes(component, x).map((y, j) => -y / component.variances[j]!);
    fromAxes(component, pull).forEach((value, i) => (out[i]! += shares[k]! * value));
  }
  return out;
}

/** The posterior probability of each component given `x`; they sum to 1. */
export function responsibilities(mixture: GaussianMixture, x: ArrayLike<number>): number[] {
  const logs = jointLogDensities(mixture, x);
  const total = logSumExp(logs);
  return logs.map((log) => Math.exp(log - total));
}

/** The root mean square coordinate of the mixture's samples: EDM's σ_data. */
export function rootMeanSquare({ dimensions, components }: GaussianMixture): number {
  const sumOfSquares = ({ mean, variances }: Component) => mean.reduce((sum, m, i) => sum + m ** 2 + variances[i]!, 0);
  return Math.sqrt(components.reduce((sum, c) => sum + c.weight * sumOfSquares(c), 0) / dimensions);
}

/** `n` exact samples, one after another: [n · dimensions]. */
export function sampleMixture(mixture: GaussianMixture, n: number, random: Random): Float32Array {
  const { dimensions, components } = mixture;
  const x = random.normal(n * dimensions);
  for (let i = 0; i < n; i++) {
    let left = random.uniform();
    // the last component takes what rounding leaves over
    const component = components.find(({ weight }) => (left -= weight) < 0) ?? components.at(-1)!;
    const eps = x.subarray(i * dimensions, (i + 1) * dimensions);
    const offset = fromAxes(
      component,
      component.variances.map((v, j) => Math.sqrt(v) * eps[j]!),
    );
    eps.set(offset.map((value, j) => component.mean[j]! + value));
  }
  return x;
}

/** log w_k + log N(x; m_k, Σ_k) for every component. */
function jointLogDensities(mixture: GaussianMixture, x: ArrayLike<number>): number[] {
  return mixture.components.map((component) => {
    let log = Math.log(component.weight);
    alongAxes(component, x).forEach((y, j) => {
      const variance = component.variances[j]!;
      log -= 0.5 * (y ** 2 / variance + Math.log(2 * Math.PI * variance));
    });
    return log;
  });
}

/** A (x − m): the deviation from the mean in the component's principal axes. */
function alongAxes({ mean, axes }: Component, x: ArrayLike<number>): number[] {
  const deviation = mean.map((m, i) => x[i]! - m);
  return axes ? axes.map((axis) => axis.reduce((sum, a, i) => sum + a * deviation[i]!, 0)) : deviation;
}

/** Aᵀ y: back from the principal axes. */
function fromAxes({ axes }: Component, y: number[]): number[] {
  return axes ? y.map((_, i) => axes.reduce((sum, axis, j) => sum + axis[i]! * y[j]!, 0)) : y;
}

function logSumExp(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}
