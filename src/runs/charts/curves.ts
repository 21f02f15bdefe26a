/**
 * `curves.png`: what the authors of DMD look at while training, drawn from the events of a run.
 */
import type { RunEvent } from '../contract.ts';
import { drawChart, type Band, type ChartSpec, type Panel, type Series } from './chart.ts';

/** One colour for each quantity, everywhere it is drawn (Okabe and Ito's, told apart by the colour-blind too). */
export const colors = {
  lossDm: '#0072B2',
  lossReg: '#009E73',
  lossFake: '#D55E00',
  gradientNorm: '#0072B2',
  fakeGradientNorm: '#D55E00',
  dmGradientNorm: '#CC79A7',
  brightnessMean: '#E69F00',
  brightnessStd: '#56B4E9',
  oneStep: '#0072B2',
  teacher: '#E69F00',
  regressionAlone: '#009E73',
} as const;

const xLabel = 'iteration';

type StepEvent = Extract<RunEvent, { type: 'step' }>;
type Quantity = Exclude<keyof typeof colors, 'oneStep' | 'teacher' | 'regressionAlone'>;

/** The curves of a run; undefined when it has no steps yet. */
export async function drawCurves(
  title: string,
  events: readonly RunEvent[],
): Promise<{ svg: string; png: Buffer } | undefined> {
  const chart = curvesChart(title, events);
  return chart && drawChart(chart);
}

/** What is drawn of them. */
export function curvesChart(title: string, events: readonly RunEvent[]): ChartSpec | undefined {
  const steps = events.filter((event) => event.type === 'step');
  if (steps.length === 0) return undefined;
  const bands = phasesOf(steps);
  const xRange = [0, steps.at(-1)!.iteration] as const;
  const panel = (title: string, quantities: Partial<Record<Quantity, string>>, yScale?: Panel['yScale']): Panel => ({
    title,
    yScale,
    bands,
    xLabel,
    xRange,
    series: Object.entries(quantities).flatMap(([quantity, name]) =>
      curve(steps, quantity as Quantity, name, yScale === 'log'),
    ),
  });
  const panels = [
    panel('Distribution matching, L_DM', { lossDm: 'L_DM' }, 'log'),
    panel('Regression, L_reg', { lossReg: 'L_reg' }, 'log'),
    panel('Fake score, L_fake', { lossFake: 'L_fake' }, 'log'),
    panel(
      'Gradient norms',
      { gradientNorm: 'generator', fakeGradientNorm: 'fake score', dmGradientNorm: 'L_DM on x' },
      'log',
    ),
    panel('Values of the samples', { brightnessMean: 'mean', brightnessStd: 'standard deviation' }),
    { ...distances(events), bands, xLabel, xRange },
  ];
  return { title, panels: panels.filter(({ series }) => series.some(({ points }) => points.length > 0)) };
}

/**
 * A quantity as it was, faintly, and its running mean over a fiftieth of the run, phase by phase; nothing where it was
 * never measured.
 */
function curve(steps: readonly StepEvent[], quantity: Quantity, name: string, log: boolean): Series[] {
  const color = colors[quantity];
  const span = Math.max(1, Math.round(steps.length / 50));
  const byPhase = Object.keys(phaseNames).map((phase) =>
    steps.flatMap((step): [number, number][] => {
      const value = step[quantity];
      // a loss that is switched off is 0, and has no logarithm
      return step.phase !== phase || value === undefined || value === 0 ? [] : [[step.iteration, value]];
    }),
  );
  return byPhase
    .filter((points) => points.length > 0)
    .flatMap((points) => [
      { name, color, points, faint: true },
      { name, color, points: runningMean(points, span, log) },
    ]);
}

/** On a logarithmic axis the mean is of the logarithms, so that one spike does not stand for its neighbours. */
function runningMean(points: readonly [number, number][], span: number, log: boolean): [number, number][] {
  const [to, from] = log ? [Math.log, Math.exp] : [(y: number) => y, (y: number) => y];
  let sum = 0;
  return points.map(([x, y], i) => {
    sum += to(y) - (i >= span ? to(points[i - span]![1]) : 0);
    return [x, from(sum / Math.min(i + 1, span))];
  });
}

/** How far the samples are from what they should be, evaluation by evaluation. */
function distances(events: readonly RunEvent[]): Panel {
  const evaluations = events.filter((event) => event.type === 'evaluation');
  const measure = evaluations.some(({ kl }) => kl !== undefined) ? 'kl' : 'frechet';
  const points = evaluations.flatMap(({ of, iteration, [measure]: value }): [number, number][] =>
    (of === 'start' || of === 'oneStep') && value !== undefined ? [[iteration, value]] : [],
  );
  const last = points.at(-1)?.[0] ?? 0;
  /** What does not belong to an iteration, as a level line. */
  const level = (of: 'teacher' | 'regressionAlone', name: string) => {
    const value = evaluations.findLast((event) => event.of === of)?.[measure];
    return value === undefined
      ? []
      : [{ name, color: colors[of], points: [[0, value] as const, [last, value] as const] }];
  };
  return {
    title: measure === 'kl' ? 'KL divergence, nats' : 'Fréchet distance',
    yScale: 'log',
    series: [
      { name: 'one step', color: colors.oneStep, points },
      ...level('regressionAlone', 'regression alone'),
      ...level('teacher', 'teacher'),
    ],
  };
}

const phaseNames = { regression: 'regression', 'fake-score': 'fake score', matching: 'matching' } as const;

function phasesOf(steps: readonly StepEvent[]): Band[] {
  return Object.entries(phaseNames).flatMap(([phase, name]) => {
    const iterations = steps.filter((step) => step.phase === phase).map((step) => step.iteration);
    return iterations.length === 0 ? [] : [{ name, from: iterations[0]! - 1, to: iterations.at(-1)! }];
  });
}
