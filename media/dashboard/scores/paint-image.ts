/**
 * One tensor as a picture, a pixel for each pixel: as the image it is, or in colours of its sign.
 */
import { divergingAt } from '../../../src/colours/diverging.ts';
import { divergingColours } from './diverging.ts';

export type Paint =
  /** From −range, black, to range, white. */
  { readonly kind: 'image'; readonly range: number } | { readonly kind: 'signed'; readonly bound: number };

/** Paints `values` [height, width, channels]; the canvas takes that size. A sign is that of the channels' mean. */
export function paintImage(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  shape: readonly number[],
  how: Paint,
): void {
  const [height = 1, width = 1, channels = 1] = shape;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  const colours = divergingColours();
  for (let i = 0; i < width * height; i++) {
    const pixel = values.subarray(i * channels, (i + 1) * channels);
    const rgb =
      how.kind === 'image'
        ? [0, 1, 2].map((k) => (pixel[channels >= 3 ? k : 0]! / how.range + 1) * 127.5)
        : divergingAt(colours, pixel.reduce((a, b) => a + b, 0) / channels, how.bound);
    image.data.set(rgb, 4 * i);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** How to paint a noised image so that its noise is seen: x_t reaches as far as its noise does. */
export const noisedRange = (sigma: number): number => Math.max(1, 2 * sigma);
