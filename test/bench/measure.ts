/**
 * Times a case: our step and the peer's in turn, so that whatever else the machine does hits both.
 */
import { setTimeout } from 'node:timers/promises';
import { failure } from '../../src/errors.ts';
import type { BenchCase, Loaded } from './case.ts';
import type { Peer } from './peer.ts';
import { compare, largestDifference, summarize, type Comparison, type Summary } from './statistics.ts';

/** How far the numbers of the first step may differ, relative to their size. */
export const tolerance = 1e-4;

/** Long enough for threads that spin after a step to go to sleep before the other side's turn. */
const pauseMs = 30;

export interface Repetitions {
  /** Steps before the clock counts: they allocate, compile, and choose algorithms. */
  readonly warmup: number;
  readonly timed: number;
}

export interface Measurement {
  readonly ours: Summary;
  readonly torch?: Summary;
  readonly speed?: Comparison;
  /** The largest relative difference of what the first steps computed. */
  readonly difference?: number;
}

/** A failure when the peer computes something else from the same numbers. */
export async function measure(
  benchCase: BenchCase,
  peer: Peer | undefined,
  threads: number,
  { warmup, timed }: Repetitions,
): Promise<Measurement> {
  const loaded = benchCase.load();
  try {
    await peer?.load(benchCase, threads);
    const difference = await firstStep(benchCase.name, loaded, peer);
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let i = 1 - warmup; i <= timed; i++) {
      const turns = [
        async () => ours.push((await loaded.step()).ms),
        async () => peer && theirs.push((await peer.step()).ms),
      ];
      // neither is always the one that comes second
      for (const turn of i % 2 ? turns : turns.toReversed()) {
        await setTimeout(pauseMs);
        await turn();
      }
    }
    const [a, b] = [ours.slice(-timed), theirs.slice(-timed)];
    if (!peer) return { ours: summarize(a) };
    return { ours: summarize(a), torch: summarize(b), speed: compare(a, b), difference };
  } finally {
    loaded.dispose();
  }
}

async function firstStep(name: string, loaded: Loaded, peer: Peer | undefined): Promise<number | undefined> {
  const ours = (await loaded.step()).values;
  if (!peer) return undefined;
  const theirs = (await peer.step()).values;
  const difference = largestDifference(ours, theirs);
  if (difference > tolerance) {
    throw failure(
      `${name}: the peer computes something else from the same numbers, \`${JSON.stringify(theirs)}\` where we have ` +
        `\`${JSON.stringify(ours)}\`. Times of different work say nothing; mend test/bench/peer.py.`,
    );
  }
  return difference;
}
