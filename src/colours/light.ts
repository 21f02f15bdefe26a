/**
 * Colours on white, told apart by the colour-blind too: those of the dashboard's light theme, for drawings that have no
 * page around them.
 */
import { parseHex, type Diverging } from './diverging.ts';

/** One for each thing that is shown, in this order. */
export const seriesColours = [
  '#0072b2',
  '#d55e00',
  '#007a59',
  '#b0508a',
  '#9a6a00',
  '#2b8ac2',
  '#6b5bb5',
  '#5d6570',
] as const;

/** What is of the teacher, and what is of the generator. */
export const [realColour, fakeColour] = ['#0072b2', '#d55e00'];

/** Blue below zero, orange above it. */
export const diverging: Diverging = {
  minus: parseHex('#0068ad'),
  zero: parseHex('#f4f4f2'),
  plus: parseHex('#cc4d00'),
};
