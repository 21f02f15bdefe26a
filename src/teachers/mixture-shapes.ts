/**
 * Where the modes of the mixtures to learn on are. Without tensors, so that the dashboard's page draws them too.
 */

/** Equally likely round modes in the plane, all of one standard deviation. */
export interface Shape {
  readonly means: readonly (readonly [number, number])[];
  readonly std: number;
}

/** Each is a picture of something that can go wrong when distributions are matched. */
export const mixtureShapes = {
  /** Two modes far apart: does the generator keep both? */
  'two-modes': {
    means: [
      [-0.8, 0],
      [0.8, 0],
    ],
    std: 0.15,
  },
  /** Eight modes on the unit circle. */
  ring: { means: Array.from({ length: 8 }, (_, k) => polar(1, (k / 8) * 2 * Math.PI)), std: 0.1 },
  /** Twenty-five modes on a square lattice of spacing 0.5. */
  grid: {
    means: [-1, -0.5, 0, 0.5, 1].flatMap((x) => [-1, -0.5, 0, 0.5, 1].map((y) => [x, y] as const)),
    std: 0.06,
  },
  /** A curve of one and a half turns, r = θ / 3π from θ = π/2, made of forty overlapping components. */
  spiral: { means: alongSpiral(40, Math.PI / 2, 3 * Math.PI), std: 0.05 },
} satisfies Record<string, Shape>;

function polar(radius: number, angle: number): readonly [number, number] {
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** `count` points from angle `first` to `last` of the spiral r = θ / last, spread evenly along the curve. */
function alongSpiral(count: number, first: number, last: number): (readonly [number, number])[] {
  // arc length grows nearly as θ², so even steps of θ² are even steps along the curve
  return Array.from({ length: count }, (_, k) => {
    const angle = Math.sqrt(first ** 2 + (k / (count - 1)) * (last ** 2 - first ** 2));
    return polar(angle / last, angle);
  });
}
