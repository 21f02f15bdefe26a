/**
 * An event of a run as a line for people.
 */
import type { RunEvent, Stepped } from '../runs/contract.ts';
import type { StepReport } from '../distillation/report.ts';
import { duration, figure, milliseconds } from './figures.ts';
import { printable } from './table.ts';

/** Columns that the longest type, and most iterations, fit in. */
const TYPE_WIDTH = 10;
const ITERATION_WIDTH = 7;

/** `14:03:22  step           120  L_DM 0.0123  L_fake 0.34  31 ms`: the time of the clock here, type, iteration, the rest. */
export function eventText(event: RunEvent): string {
  const clock = new Date(event.time).toTimeString().slice(0, 8);
  const iteration = 'iteration' in event ? String(event.iteration) : '';
  const line = `${clock}  ${event.type.padEnd(TYPE_WIDTH)}  ${iteration.padStart(ITERATION_WIDTH)}  ${detail(event)}`;
  return printable(line).trimEnd();
}

const names: Partial<Record<keyof StepReport, string>> = {
  lossDm: 'L_DM',
  lossReg: 'L_reg',
  lossFake: 'L_fake',
  gradientNorm: '|∇G|',
  fakeGradientNorm: '|∇fake|',
};

/** `matching 120  L_DM 0.0123  L_fake 0.34`. */
export function stepText(report: StepReport): string {
  const numbers = (Object.keys(names) as (keyof StepReport)[]).flatMap((key) => {
    const value = report[key];
    return typeof value === 'number' ? [`${names[key]!} ${figure(value)}`] : [];
  });
  return [`${report.phase} ${report.step}`, ...numbers].join('  ');
}

function detail(event: RunEvent): string {
  switch (event.type) {
    case 'started':
      return (
        `${event.teacher.name}, ${event.iterations} iterations, ${event.engine} on ${event.device}` +
        (event.parent ? `, forked from ${event.parent.run} at ${event.parent.iteration}` : '')
      );
    case 'step':
      return [stepText(event), milliseconds(event.seconds), ...byHand(event)].join('  ');
    case 'samples':
      return `${event.count} of ${event.of === 'oneStep' ? 'one step' : 'the teacher'}${event.image ? `: ${event.image}` : ''}`;
    case 'nearest':
      return `of ${event.images} (${event.among}): ${event.image}`;
    case 'probe':
      return `difference ${event.differenceRms.map(figure).join(' ')} at σ ${event.sigma.map(figure).join(' ')}`;
    case 'layers':
      return (['matching', 'regression', 'fake'] as const)
        .flatMap((loss) => (event[loss] ? [`|∇ ${loss}| ${figure(Math.hypot(...event[loss]))}`] : []))
        .join('  ');
    case 'checkpoint':
      return event.path;
    case 'evaluation': {
      const { of, frechet, modesFound, kl } = event;
      return [
        of,
        ...(frechet === undefined ? [] : [`Fréchet ${figure(frechet)}`]),
        ...(modesFound === undefined ? [] : [`${modesFound} modes`]),
        ...(kl === undefined ? [] : [`KL ${figure(kl)}`]),
      ].join('  ');
    }
    case 'warning':
    case 'failed':
      return event.message;
    case 'state':
      return event.state;
    case 'finished':
      return `${event.summary.state}: ${event.summary.steps} steps, ${duration(event.summary.trainingSeconds)} of training`;
  }
}

const byHand = ({ by }: Stepped): string[] => (by === undefined ? [] : ['by hand']);
