/**
 * The views of the page, in their order.
 */
import type { View } from '../app.ts';
import { curves } from './curves.ts';
import { details } from './details.ts';
import { draw } from './draw.ts';
import { gradients } from './gradients.ts';
import { method } from './method.ts';
import { samples } from './samples.ts';
import { scores } from './scores.ts';
import { tryIt } from './try.ts';

export const views: readonly View[] = [samples, curves, method, scores, gradients, tryIt, details, draw];
