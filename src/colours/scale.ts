/**
 * Scales of colours for numbers in a range.
 */
import { diverging, realColour } from './light.ts';
import { parseHex, type Rgb } from './diverging.ts';

/** Colours at even distances, from the least value to the greatest; between two of them they are mixed. */
export type ColourScale = readonly Rgb[];

const hexes = (...texts: readonly string[]): ColourScale => texts.map(parseHex);

export const colourScales = {
  /** For numbers with a sign, over a range that is symmetric about zero. */
  signed: [diverging.minus, diverging.zero, diverging.plus],
  /** For a density of what is real. */
  density: [parseHex('#ffffff'), mix(parseHex('#ffffff'), parseHex(realColour), 0.65)],
  /** Dark to bright, each step as easy to see as the others. */
  viridis: hexes('#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'),
  /** As images are: −1 black, 1 white. */
  grey: hexes('#000000', '#ffffff'),
} as const satisfies Record<string, ColourScale>;

/** The colour at `share` of the range, 0 to 1; what is beyond has the colour of the end. */
export function colourAt(scale: ColourScale, share: number): Rgb {
  const at = Math.max(0, Math.min(1, share)) * (scale.length - 1);
  const left = Math.min(Math.floor(at), scale.length - 2);
  return mix(scale[left]!, scale[left + 1]!, at - left);
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2) => Math.round(a[i] + share * (b[i] - a[i]));
  return [part(0), part(1), part(2)];
}
