/**
 * A density as shades of one colour.
 */

/** Fills the square canvas of `context` with `colour`, as opaque in every cell as `opacity` (0 to 1) says. */
export function shade(context: CanvasRenderingContext2D, opacity: Float32Array, colour: string): void {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  opacity.forEach((value, i) => (image.data[4 * i + 3] = 255 * value));
  context.globalCompositeOperation = 'source-over';
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
}
