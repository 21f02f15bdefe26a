/**
 * Resizing of byte images: the largest centred square, sampled with a triangle filter that widens when shrinking
 * (bilinear when enlarging, anti-aliased when shrinking; the same as Pillow's BILINEAR).
 */

/** An image [height, width, channels] of bytes. */
export interface ByteImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** The centred square of `image`, resized to `size` × `size`. */
export function resizeSquare(image: ByteImage, size: number): ByteImage {
  const { height, width, channels, pixels } = image;
  const side = Math.min(height, width);
  const top = Math.floor((height - side) / 2);
  const left = Math.floor((width - side) / 2);
  const taps = filterTaps(side, size);

  const across = new Float64Array(side * size * channels);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < size; x++)
      for (const [source, weight] of taps[x]!)
        for (let c = 0; c < channels; c++)
          across[(y * size + x) * channels + c]! +=
            weight * pixels[((top + y) * width + left + source) * channels + c]!;

  const row = size * channels;
  const down = new Float64Array(size * row);
  for (let y = 0; y < size; y++)
    for (const [source, weight] of taps[y]!)
      for (let i = 0; i < row; i++) down[y * row + i]! += weight * across[source * row + i]!;

  return { height: size, width: size, channels, pixels: Uint8Array.from(down, Math.round) };
}

/** For each of `to` outputs, the inputs of `from` it is made of and their weights, which add up to 1. */
function filterTaps(from: number, to: number): [source: number, weight: number][][] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const taps: [number, number][] = [];
    for (
      let source = Math.max(0, Math.floor(centre - support));
      source < Math.min(from, centre + support + 1);
      source++
    ) {
      const weight = 1 - Math.abs(source + 0.5 - centre) / support;
      if (weight > 0) taps.push([source, weight]);
    }
    const sum = taps.reduce((total, [, weight]) => total + weight, 0);
    return taps.map(([source, weight]) => [source, weight / sum]);
  });
}
