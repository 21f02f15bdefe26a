/**
 * Both scores of a run at a noise level, and where they differ: what distribution matching follows.
 */
import { gaussianMixture, type GaussianMixture } from '../../diffusion/gaussian-mixture.ts';
import type { StoredTensor } from '../../networks/safetensors.ts';
import type { ChartSpec, Panel } from '../../runs/charts/chart.ts';
import { shortNumber } from '../../runs/charts/short-number.ts';
import type { RoundMode } from '../../teachers/round-modes.ts';
import { chartFigure, type Figure } from '../figure.ts';
import type { LookAt, NotebookRun, Seen } from '../notebook-run.ts';
import { differencePanel } from './image-difference.ts';
import { AROUND, gridPanel, imagesOf } from './images.ts';
import { planePanel } from './plane.ts';

export interface ScoresOptions extends LookAt {
  readonly title?: string;
}

/** Images in a row of each grid, and what a grid's legend takes beside it. */
const [COLUMNS, LEGEND] = [2, 58];

/**
 * The scores on the run's fixed samples with noise of level `t`. In the plane the paper's Figure 3: the real density shaded,
 * the noisy samples, and on each an arrow along s_real − s_fake. Of images: x, x_t, both denoisers' estimates and
 * μ_fake − μ_real.
 *
 * ```ts
 * scores(run, { t: 0.5 })
 * ```
 */
export const scores = (run: NotebookRun, { title, ...at }: ScoresOptions = {}): Figure =>
  chartFigure(async (): Promise<ChartSpec> => {
    const seen = await run.inspect(at);
    const heading = title ?? `Iteration ${seen.iteration}, σ = ${shortNumber(Number(seen.sigma.toPrecision(3)))}`;
    if (seen.tensors.x.shape.length === 4) return { title: heading, ...imagePanels(seen) };
    const panel = await planeOf(seen, run.started.teacher.mixture);
    return { title: heading, panels: [panel], panelSize: [420, 432] };
  });

function planeOf({ tensors, t, sigma }: Seen, modes: readonly RoundMode[] | undefined): Promise<Panel> {
  const { x_t, s_real, s_fake } = tensors;
  return planePanel('s_real − s_fake on x_t', {
    real: modes && diffusedModes(modes, t, sigma),
    points: { x_t },
    arrows: { at: x_t, by: minus(s_real, s_fake) },
  });
}

/** α of the level is 1 for EDM, whose own unit is σ; else what keeps the variance. */
function diffusedModes(modes: readonly RoundMode[], t: number, sigma: number): GaussianMixture {
  const alpha = t === sigma ? 1 : Math.sqrt(Math.max(0, 1 - sigma ** 2));
  return gaussianMixture({
    weights: modes.map(({ weight }) => weight),
    means: modes.map(({ mean }) => mean.map((value) => alpha * value)),
    covariance: { each: modes.map(({ std }) => (alpha * std) ** 2 + sigma ** 2) },
  });
}

function imagePanels({ tensors, sigma }: Seen): Pick<ChartSpec, 'panels' | 'panelSize' | 'columns'> {
  const { x, x_t, mu_real, mu_fake, difference } = tensors;
  // noise is seen where the range is as wide as it
  const grids = Object.entries({ x, x_t, μ_real: mu_real, μ_fake: mu_fake }).map(([name, of]) =>
    gridPanel(name, imagesOf(of), { columns: COLUMNS, range: name === 'x_t' ? Math.max(1, 2 * sigma) : 1, wide: 150 }),
  );
  const [width, height] = grids[0]!.size;
  const { panel } = differencePanel('μ_fake − μ_real', imagesOf(difference), { columns: COLUMNS, legend: '±' });
  // beside its legend, it keeps the size of the others
  return {
    columns: 5,
    panels: [...grids.map(({ panel }) => withRoom(panel, (width + LEGEND) / width)), panel],
    panelSize: [width + AROUND.x + LEGEND, height + AROUND.y],
  };
}

const withRoom = (panel: Panel, share: number): Panel => ({ ...panel, xRange: [0, share], yRange: [0, 1] });

const minus = (a: StoredTensor, b: StoredTensor): StoredTensor => ({
  shape: a.shape,
  values: a.values.map((value, i) => value - b.values[i]!),
});
