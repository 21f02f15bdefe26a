/**
 * The library for cells, `dmd-lab/notebook`: runs that cells step, and figures that show themselves. docs/notebooks.md shows
 * most of it in use.
 */
import { format } from './format.ts';
import { kernelHost } from './kernel-host.ts';

export { distiller, distillInProcess, forkRun, openRun, resumeRun, runsFolder, type RunOptions } from './distiller.ts';
export type { EndedRun } from './ended-run.ts';
export type { KernelRun } from './kernel-run.ts';
export type { LookAt, NotebookRun, Seen } from './notebook-run.ts';
export type { ProcessRun } from './process-run.ts';

export { Figure, markdown } from './figure.ts';
export type { MimeBundle } from './kernel-host.ts';
export { live, type LiveFigure, type Watched } from './live.ts';
export type { NestedArray, Numbers } from './numbers.ts';
export { show, type Shown } from './show.ts';

export { algorithm1 } from './figures/algorithm1.ts';
export { dashboard } from './figures/dashboard.ts';
export { gradients, type GradientsOptions } from './figures/gradients.ts';
export { histogram, type Distributed } from './figures/histogram.ts';
export { imageDifference, type DifferenceOptions } from './figures/image-difference.ts';
export { images, type ImagesOptions } from './figures/images.ts';
export { lines, type Curve, type LinesOptions } from './figures/lines.ts';
export { losses, type Told } from './figures/losses.ts';
export { plane, type Density, type PlaneOptions } from './figures/plane.ts';
export { samples, type Sampling } from './figures/samples.ts';
export { scores, type ScoresOptions } from './figures/scores.ts';
export { table, type Row } from './table.ts';
export { tensor } from './tensor.ts';

// figures, tensors and tables that a cell ends in are shown
const host = kernelHost();
if (host) host.format = format;
