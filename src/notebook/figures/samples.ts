/**
 * What a run's generator makes of its fixed noise, as it told last.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fakeColour, realColour } from '../../colours/light.ts';
import type { ChartSpec, Panel } from '../../runs/charts/chart.ts';
import type { RunEvent, Sampled } from '../../runs/contract.ts';
import { chartFigure, type Figure } from '../figure.ts';
import { AROUND } from './images.ts';
import { planePanel } from './plane.ts';

/** A run, live or not. */
export interface Sampling {
  readonly events: readonly RunEvent[];
  readonly path: string;
}

/**
 * The latest one-step samples of a run beside its teacher's from the same noise. `live(() => samples(run), run)` follows it.
 *
 * ```ts
 * samples(run)
 * ```
 */
export const samples = ({ events, path }: Sampling): Figure =>
  chartFigure(async (): Promise<ChartSpec> => {
    const told = (of: Sampled['of']) => events.findLast((event) => event.type === 'samples' && event.of === of);
    const [teacher, oneStep] = [told('teacher'), told('oneStep')] as (Sampled | undefined)[];
    if (!oneStep) return { title: 'No samples so far', panels: [] };
    const named = { 'Teacher, many steps': teacher, [`Generator, one step, iteration ${oneStep.iteration}`]: oneStep };
    const shown = Object.entries(named).flatMap(([name, event]) => (event ? [[name, event] as const] : []));
    if (oneStep.points) {
      const colours = teacher ? [realColour, fakeColour] : [fakeColour];
      const panels = shown.map(([name, { points }]) =>
        planePanel(name, { points, reach: reachOf(teacher ?? oneStep) }),
      );
      const coloured = (await Promise.all(panels)).map((panel, i) => inColour(panel, colours[i]!));
      return { title: '', panels: coloured, panelSize: [420, 432] };
    }
    const pictures = await Promise.all(shown.map(([name, { image }]) => picturePanel(name, join(path, image ?? ''))));
    const [width, height] = pictures[0]!.size;
    return { title: '', panels: pictures.map(({ panel }) => panel), panelSize: [width + AROUND.x, height + AROUND.y] };
  });

/** The plane stays the same while a run goes on. */
const reachOf = ({ points }: Sampled): number =>
  Math.ceil(Math.max(...(points ?? []).flat().map(Math.abs)) * 11) / 10 || 1;

const inColour = (panel: Panel, color: string): Panel => ({
  ...panel,
  series: panel.series.map((one) => ({ ...one, color })),
});

async function picturePanel(title: string, path: string): Promise<{ panel: Panel; size: [number, number] }> {
  const png = await readFile(path);
  const place = { x: [0, 1], y: [0, 1] } as const;
  return {
    panel: {
      title,
      series: [],
      axes: false,
      xRange: [0, 1],
      yRange: [0, 1],
      ground: { kind: 'picture', png, ...place },
    },
    size: [png.readUInt32BE(16), png.readUInt32BE(20)],
  };
}
