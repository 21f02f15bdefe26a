/**
 * Times a case: our step and the peer's in turn, so that whatever else the machine does hits both.
 */
import { setTimeout } from 'node:timers/promises';
import { failure } from '../../src/errors.ts';
import type { BenchCase, Loaded, Step } from './case.ts';
import type { Peer } from './peer.ts';
import { compare, largestDifference, summarize, type Comparison, type Summary } from './statistics.ts';

/** How far the numbers of the first step may differ, relative to their size. */
const firstTolerance = 1e-4;
/** And those of the next ones, where the optimisers have had their part and rounding has grown. */
const laterTolerance = 1e-3;

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

/** A failure when the peer computes something else from the same numbers, in any of the steps before the clock counts. */
export async function measure(
  benchCase: BenchCase,
  peer: Peer | undefined,
  threads: number,
  { warmup, timed }: Repetitions,
): Promise<Measurement> {
  const loaded = benchCase.load();
  try {
    await peer?.load(benchCase, threads);
    let difference: number | undefined;
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let i = 0; i < warmup + timed; i++) {
      const { mine, its } = await takeTurns(loaded, peer, i % 2 === 0);
      if (its && i < warmup) {
        const differs = checkSame(benchCase.name, mine, its, i === 0 ? firstTolerance : laterTolerance);
        difference ??= differs;
      }
      if (i < warmup) continue;
      ours.push(mine.ms);
      if (its) theirs.push(its.ms);
    }
    if (!peer) return { ours: summarize(ours) };
    return { ours: summarize(ours), torch: summarize(theirs), speed: compare(ours, theirs), difference };
  } finally {
    loaded.dispose();
  }
}

/** A step of each; neither is always the one that comes second. */
async function takeTurns(
  loaded: Loaded,
  peer: Peer | undefined,
  weBegin: boolean,
): Promise<{ mine: Step; its?: Step }> {
  const rested = async <T>(turn: () => Promise<T>): Promise<T> => {
    await setTimeout(pauseMs);
    return turn();
  };
  if (!peer) return { mine: await rested(loaded.step) };
  if (weBegin) {
    const mine = await rested(loaded.step);
    return { mine, its: await rested(() => peer.step()) };
  }
  const its = await rested(() => peer.step());
  return { mine: await rested(loaded.step), its };
}

function checkSame(name: string, mine: Step, its: Step, tolerance: number): number {
  const difference = largestDifference(mine.values, its.values);
  if (difference <= tolerance) return difference;
  throw failure(
    `${name}: the peer computes something else from the same numbers, \`${JSON.stringify(its.values)}\` where we have ` +
      `\`${JSON.stringify(mine.values)}\`. Times of different work say nothing; mend test/bench/peer.py.`,
  );
}
