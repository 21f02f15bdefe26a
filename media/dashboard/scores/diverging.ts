/**
 * The page's colours for numbers with a sign: blue below zero, where the real score says more; orange above it, where the
 * fake one does.
 */
import { parseHex, type Diverging } from '../../../src/colours/diverging.ts';
import { themeColour } from '../theme.ts';

/** The page's colours for it now. */
export const divergingColours = (): Diverging => ({
  minus: parseHex(themeColour('diverging-minus')),
  zero: parseHex(themeColour('diverging-zero')),
  plus: parseHex(themeColour('diverging-plus')),
});
