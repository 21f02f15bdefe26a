/**
 * Densities in the plane on a square grid about the origin, and the lines on which they are equal.
 */

/** A grid of side × side cells from −reach to reach, row by row from the top. */
export interface Grid {
  readonly side: number;
  readonly reach: number;
}

/**
 * The density of round Gaussians around `centres` [x, y, x, y, …], in the middle of each cell; of one standard deviation or
 * of one each, equally likely or with `weights` that sum to 1. A round Gaussian is a product of one along x and one along y,
 * so that exponentials are needed along the edges alone.
 */
export function densityOf(
  { side, reach }: Grid,
  centres: ArrayLike<number>,
  stds: number | ArrayLike<number>,
  weights?: ArrayLike<number>,
): Float32Array {
  const density = new Float32Array(side * side);
  const count = centres.length / 2;
  for (let i = 0; i < count; i++) {
    const std = typeof stds === 'number' ? stds : stds[i]!;
    const along = gaussian(side, reach, centres[2 * i]!, std);
    const down = gaussian(side, reach, -centres[2 * i + 1]!, std);
    for (let row = 0; row < side; row++) {
      const factor = down[row]! * (weights?.[i] ?? 1 / count);
      // far from a centre there is nothing of it
      if (factor * std < 1e-7) continue;
      const at = row * side;
      for (let column = 0; column < side; column++) density[at + column]! += factor * along[column]!;
    }
  }
  return density;
}

function gaussian(side: number, reach: number, mean: number, std: number): Float32Array {
  const values = new Float32Array(side);
  const scale = 1 / (Math.sqrt(2 * Math.PI) * std);
  for (let i = 0; i < side; i++) {
    const distance = (((2 * (i + 0.5)) / side - 1) * reach - mean) / std;
    values[i] = scale * Math.exp(-0.5 * distance * distance);
  }
  return values;
}

/**
 * Where `density` crosses `level`, as line pieces [x0, y0, x1, y1, …] in units of the grid's side, from the top left
 * (marching squares between the middles of cells).
 */
export function contour(density: Float32Array, side: number, level: number): number[] {
  const pieces: number[] = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      const corners = [density[at]!, density[at + 1]!, density[at + side + 1]!, density[at + side]!];
      const crossed: number[] = [];
      for (let edge = 0; edge < 4; edge++) {
        const [from, to] = [corners[edge]!, corners[(edge + 1) % 4]!];
        if (from < level === to < level) continue;
        const share = (level - from) / (to - from);
        const [x0, y0] = [edge === 1 || edge === 2 ? 1 : 0, edge >= 2 ? 1 : 0];
        const [dx, dy] = [[1, 0], [0, 1], [-1, 0], [0, -1]][edge] as [number, number]; // prettier-ignore
        crossed.push((column + 0.5 + x0 + share * dx) / side, (row + 0.5 + y0 + share * dy) / side);
      }
      // two crossings are a piece; of a saddle's four, neighbours belong together
      pieces.push(...crossed);
    }
  }
  return pieces;
}
