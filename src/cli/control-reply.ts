/**
 * What a run replied, for people.
 */
import type { ControlReply, RunPlace } from '../runs/contract.ts';
import type { Figures } from '../runs/summary.ts';
import { describeShares, figure } from './figures.ts';
import { stepText } from './event-text.ts';

/** One line that says where the run is, after those that say what it did. */
export function describeReply(reply: ControlReply): string {
  return [
    ...('report' in reply ? [stepText(reply.report)] : []),
    ...('intervals' in reply
      ? [
          Object.entries(reply.intervals)
            .map(([key, every]) => `${key}=${every}`)
            .join(' '),
        ]
      : []),
    ...('path' in reply ? [`checkpoint in ${reply.path}`] : []),
    ...('files' in reply ? reply.files.map((file) => `wrote ${file}`) : []),
    ...('figures' in reply ? describeFigures(reply.figures) : []),
    describePlace(reply),
  ].join('\n');
}

const describePlace = ({ state, iteration, step }: RunPlace): string =>
  `${state}, iteration ${iteration}, step ${step} of Algorithm 1`;

function describeFigures(figures: Figures): string[] {
  const { frechet, modes, modesFound, kl } = figures;
  const lines = [
    ...(frechet === undefined ? [] : [`Fréchet distance ${figure(frechet)}`]),
    ...(modes ? [`modes found: ${modesFound} of ${modes.length}`] : []),
    ...(kl === undefined ? [] : [`KL ${figure(kl)} nats`]),
    ...describeShares(figures),
  ];
  return lines.length > 0 ? lines : ['there is no measure for what this generator draws'];
}
