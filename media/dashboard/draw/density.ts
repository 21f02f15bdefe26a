/**
 * The density of a mixture of round modes of equal weight, over the part of the plane that is drawn on.
 */
import { REACH, type Point } from './plane.ts';

/**
 * p(x, y) in the middle of each of `side` × `side` cells, row by row from the top. A round mode is a product of one Gaussian
 * along x and one along y, so that exponentials are needed along the edges alone.
 */
export function densityOn(side: number, means: readonly Point[], std: number): Float32Array {
  const along = means.map(([x, y]) => ({ x: gaussian(side, x, std), y: gaussian(side, -y, std) }));
  const density = new Float32Array(side * side);
  for (const { x, y } of along) {
    for (let row = 0; row < side; row++) {
      const factor = y[row]! / means.length;
      // far from a mode there is nothing of it
      if (factor < 1e-7) continue;
      for (let column = 0; column < side; column++) density[row * side + column]! += factor * x[column]!;
    }
  }
  return density;
}

/** N(mean, std²) in the middle of each of `side` cells from −REACH to REACH. */
function gaussian(side: number, mean: number, std: number): Float32Array {
  const scale = 1 / (Math.sqrt(2 * Math.PI) * std);
  return Float32Array.from({ length: side }, (_, i) => {
    const distance = ((2 * (i + 0.5)) / side - 1) * REACH - mean;
    return scale * Math.exp(-0.5 * (distance / std) ** 2);
  });
}
