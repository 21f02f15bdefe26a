/**
 * The views of the page, in their order.
 */
import type { View } from '../app.ts';
import { curves } from './curves.ts';
import { gradients } from './gradients.ts';
import { samples } from './samples.ts';

export const views: readonly View[] = [samples, curves, gradients];
