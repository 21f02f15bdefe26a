/**
 * A node's tensor as a small picture: the chosen sample's image, or all points of the plane.
 */
import { symmetricBound } from '../../../src/colours/diverging.ts';
import { noisedRange, paintImage } from '../scores/paint-image.ts';
import { drawArrow } from '../scores/plane-picture.ts';
import { noiseOf, oneOf, rms, type Quantity, type Seen } from '../scores/seen.ts';
import { themeColour } from '../theme.ts';

/** CSS pixels of a side, and arrows at most. */
const [SIDE, ARROWS] = [64, 40];

/** `place`: the chosen sample among those that were seen. */
export function paintNode(canvas: HTMLCanvasElement, what: Quantity | 'eps', seen: Seen, place: number): void {
  const isImage = seen.shape.length === 3;
  canvas.classList.toggle('pixels', isImage);
  if (isImage) paintImageOf(canvas, what, seen, place);
  else if (seen.shape.length === 1 && seen.shape[0] === 2) paintPoints(canvas, what, seen, place);
}

function paintImageOf(canvas: HTMLCanvasElement, what: Quantity | 'eps', seen: Seen, place: number): void {
  const size = seen.tensors.x.length / seen.samples.length;
  const values = what === 'eps' ? noiseOf(seen).subarray(place * size, (place + 1) * size) : oneOf(seen, what, place);
  const isSigned = what === 'difference' || what === 'gradient';
  const range = { z: 2.5, eps: 2.5, x_t: noisedRange(seen.sigma) }[what as string] ?? 1;
  paintImage(canvas, values, seen.shape, isSigned ? { kind: 'signed', bound: symmetricBound(values) } : { kind: 'image', range }); // prettier-ignore
}

const colours: Readonly<Record<string, string>> = { mu_real: 'real', mu_fake: 'fake', x: 'fake', x_t: 'fake' };

function paintPoints(canvas: HTMLCanvasElement, what: Quantity | 'eps', seen: Seen, place: number): void {
  const ratio = devicePixelRatio || 1;
  const side = Math.round(SIDE * ratio);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, side, side);
  const isSigned = what === 'difference' || what === 'gradient';
  const values = what === 'eps' ? noiseOf(seen) : seen.tensors[what];
  const points = isSigned ? seen.tensors.x : values;
  const reach = 2.4 * Math.max(1e-6, rms(points));
  const at = (i: number): [number, number] => [
    ((points[2 * i]! / reach + 1) / 2) * side,
    ((1 - points[2 * i + 1]! / reach) / 2) * side,
  ];
  const count = points.length / 2;
  if (isSigned) {
    const lengths = Array.from({ length: count }, (_, i) => Math.hypot(values[2 * i]!, values[2 * i + 1]!));
    const usual = lengths.sort((a, b) => a - b)[count >> 1]!;
    const scale = (8 * ratio) / Math.max(1e-12, usual);
    context.strokeStyle = context.fillStyle = themeColour('ink');
    for (let i = 0; i < count; i += Math.max(1, Math.ceil(count / ARROWS))) {
      const [dx, dy] = [values[2 * i]! * scale, -values[2 * i + 1]! * scale];
      // directions are to be seen here; how long each is, Scores shows
      const shrink = Math.min(1, (15 * ratio) / Math.hypot(dx, dy));
      drawArrow(context, at(i), [dx * shrink, dy * shrink], 0.75 * ratio);
    }
    return;
  }
  const colour = themeColour(colours[what] ?? 'ink-soft');
  for (let i = 0; i < count; i++) {
    context.globalAlpha = 0.65;
    context.fillStyle = colour;
    context.fillRect(at(i)[0] - 0.8 * ratio, at(i)[1] - 0.8 * ratio, 1.6 * ratio, 1.6 * ratio);
  }
  context.globalAlpha = 1;
  if (place >= count) return;
  context.strokeStyle = themeColour('ink');
  context.lineWidth = 1.5 * ratio;
  context.beginPath();
  context.arc(...at(place), 3.5 * ratio, 0, 2 * Math.PI);
  context.stroke();
}
