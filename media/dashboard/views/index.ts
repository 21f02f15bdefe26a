/**
 * The views of the page, in their order.
 */
import type { View } from '../app.ts';
import { curves } from './curves.ts';
import { gradients } from './gradients.ts';

export const views: readonly View[] = [curves, gradients];
