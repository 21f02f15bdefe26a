/**
 * `npm run bench -- scaling`: what twice the images and twice the pixels cost, of stacks of convolutions: a network without
 * attention, forward and backward.
 */
import { startEngine } from '../../src/engine/start.ts';
import type { BenchCase } from './case.ts';
import { stack } from './cases/stacks.ts';
import { columns, versionsText } from './report.ts';
import { quantile } from './statistics.ts';
import { versions } from './versions.ts';

/** How much longer twice as much may take. */
const LIMIT = 2.2;

const stacks: [name: string, once: BenchCase, twice: BenchCase][] = [
  ['4 × 64 channels, 16 → 32 images', stack(4, 64, 32), stack(4, 64, 32, { batch: 32 })],
  ['4 × 64 channels, 32×32 → 32×64', stack(4, 64, 32), stack(4, 64, 32, { width: 64 })],
  ['40 × 32 channels, 16 → 32 images', stack(40, 32, 16), stack(40, 32, 16, { batch: 32 })],
  ['40 × 32 channels, 16×16 → 16×32', stack(40, 32, 16), stack(40, 32, 16, { width: 32 })],
];

export async function benchScaling({
  threads = [1, 2],
  reps = 15,
  json,
}: {
  threads?: number[];
  reps?: number;
  json?: boolean;
}): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(versionsText(versions(), undefined));
  const rows: { case: string; threads: number; once: number; twice: number; ratio: number }[] = [];
  for (const count of threads) {
    await startEngine({ engine: 'onnx', threads: count });
    for (const [name, ...cases] of stacks) {
      const [once, twice] = await inTurn(cases, reps);
      rows.push({ case: name, threads: count, once: once!, twice: twice!, ratio: twice! / once! });
    }
  }
  const cells = rows.map((row) => [
    row.case,
    String(row.threads),
    row.once.toFixed(1),
    row.twice.toFixed(1),
    row.ratio.toFixed(2),
  ]);
  say(columns([['', 'threads', 'ms', 'twice, ms', 'ratio'], ...cells]));
  const worst = Math.max(...rows.map(({ ratio }) => ratio));
  say(`at most ${worst.toFixed(2)} times as long, where ${LIMIT} was asked for`);
  if (json) console.log(JSON.stringify({ ours: versions(), rows }));
}

/** Median milliseconds of each, one step after the other. */
async function inTurn(cases: readonly BenchCase[], reps: number): Promise<number[]> {
  const loaded = cases.map((each) => ({ steps: each.load(), times: [] as number[] }));
  for (let i = 0; i < reps + 3; i++)
    for (const { steps, times } of loaded) {
      const { ms } = await steps.step();
      if (i >= 3) times.push(ms);
    }
  loaded.forEach(({ steps }) => steps.dispose());
  return loaded.map(({ times }) => quantile(times, 0.5));
}
