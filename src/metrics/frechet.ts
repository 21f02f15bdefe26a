/**
 * The Fréchet distance between two Gaussians, and the running mean and covariance that it is taken of.
 * Source: Dowson and Landau 1982; Heusel et al. 2017 (arXiv 1706.08500), Eq. 6.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { failure } from '../errors.ts';

export interface Gaussian {
  /** [d] */
  readonly mean: Float64Array;
  /** [d, d], rows first, symmetric. */
  readonly covariance: Float64Array;
}

/**
 * ‖m₁ − m₂‖² + tr(C₁ + C₂ − 2 (C₁ C₂)^½), in float64. Singular covariances are welcome.
 * Throws a failure when a number is not finite.
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const d = a.mean.length;
  if (b.mean.length !== d || a.covariance.length !== d * d || b.covariance.length !== d * d)
    throw new Error(`internal: Gaussians of ${d} and ${b.mean.length} dimensions compared`);
  // an eigen-decomposition of NaN need not end
  if (![a.mean, a.covariance, b.mean, b.covariance].every((values) => values.every(Number.isFinite)))
    throw failure('The Fréchet distance has no value: a mean or a covariance is not finite, so some images are not.');

  let distance = 0;
  for (let i = 0; i < d; i++) {
    distance += (a.mean[i]! - b.mean[i]!) ** 2;
    distance += a.covariance[i * d + i]! + b.covariance[i * d + i]!;
  }
  return Math.max(0, distance - 2 * traceOfRootOfProduct(a.covariance, b.covariance, d));
}

/**
 * tr (C₁ C₂)^½. With C₁ = R Rᵀ the product has the eigenvalues of Rᵀ C₂ R, which is symmetric, so that they come out
 * real and stable; R = V Λ^½ from the eigen-decomposition C₁ = V Λ Vᵀ.
 */
function traceOfRootOfProduct(c1: Float64Array, c2: Float64Array, d: number): number {
  const { values, vectors } = eigen(c1, d);
  const root = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) root[i * d + j] = vectors.get(i, j) * rootOf(values[j]!);
  return eigen(congruence(root, c2, d), d).values.reduce((sum, value) => sum + rootOf(value), 0);
}

/** Eigenvalues of a covariance below zero are rounding. */
function rootOf(value: number): number {
  return Math.sqrt(Math.max(0, value));
}

function eigen(symmetric: Float64Array, d: number): { values: number[]; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Matrix.from1DArray(d, d, symmetric), {
    assumeSymmetric: true,
  });
  return { values: realEigenvalues, vectors: eigenvectorMatrix };
}

/** Rᵀ C R, symmetric by construction. Zeros, which features that never fire leave in plenty, cost nothing. */
function congruence(r: Float64Array, c: Float64Array, d: number): Float64Array {
  const cr = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let k = 0; k < d; k++) addMultiple(cr, i * d, c[i * d + k]!, r, k * d, d);
  const out = new Float64Array(d * d);
  for (let k = 0; k < d; k++)
    for (let i = 0; i < d; i++) addMultiple(out, i * d + i, r[k * d + i]!, cr, k * d + i, d - i);
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) out[i * d + j] = out[j * d + i]!;
  return out;
}

/** target[t …] += factor · source[s …], `count` numbers. */
function addMultiple(target: Float64Array, t: number, factor: number, source: Float64Array, s: number, count: number) {
  if (factor === 0) return;
  for (let i = 0; i < count; i++) target[t + i]! += factor * source[s + i]!;
}

/** The mean and covariance of vectors that come in batches (Chan, Golub and LeVeque 1979: stable, one pass). */
export class GaussianStatistics {
  count = 0;
  private readonly mean: Float64Array;
  /** Σ (x − mean)(x − mean)ᵀ, its upper triangle. */
  private readonly scatter: Float64Array;

  constructor(readonly dimensions: number) {
    this.mean = new Float64Array(dimensions);
    this.scatter = new Float64Array(dimensions * dimensions);
  }

  /** Takes in `features` [n, dimensions]. */
  add(features: ArrayLike<number>): void {
    const d = this.dimensions;
    const n = features.length / d;
    if (!Number.isInteger(n)) throw new Error(`internal: ${features.length} numbers are no vectors of ${d}`);
    if (n === 0) return;
    const batchMean = new Float64Array(d);
    for (let i = 0; i < n * d; i++) batchMean[i % d]! += features[i]! / n;
    const deviation = new Float64Array(d);
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < d; i++) deviation[i] = features[k * d + i]! - batchMean[i]!;
      this.addOuter(deviation, 1);
    }
    const total = this.count + n;
    for (let i = 0; i < d; i++) deviation[i] = batchMean[i]! - this.mean[i]!;
    this.addOuter(deviation, (this.count * n) / total);
    for (let i = 0; i < d; i++) this.mean[i]! += (deviation[i]! * n) / total;
    this.count = total;
  }

  /** The Gaussian with the mean and the unbiased covariance (divided by n − 1) of what came in. */
  gaussian(): Gaussian {
    if (this.count < 2) throw failure(`A covariance takes at least 2 samples, not \`${this.count}\`; ask for more.`);
    const d = this.dimensions;
    const covariance = new Float64Array(d * d);
    for (let i = 0; i < d; i++)
      for (let j = i; j < d; j++)
        covariance[i * d + j] = covariance[j * d + i] = this.scatter[i * d + j]! / (this.count - 1);
    return { mean: this.mean.slice(), covariance };
  }

  private addOuter(vector: Float64Array, factor: number): void {
    const d = this.dimensions;
    for (let i = 0; i < d; i++) addMultiple(this.scatter, i * d + i, factor * vector[i]!, vector, i, d - i);
  }
}
