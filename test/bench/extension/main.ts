/**
 * `npm run bench -- extension`: how soon the extension is active and a run's first point there, and what becomes of a run while
 * its window is loaded again and again.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { failure } from '../../../src/errors.ts';
import { quantile } from '../statistics.ts';
import { load } from '../versions.ts';
import type { WindowResult } from './window-result.ts';

interface Measured {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it is to stay under; absent where nothing is asked. */
  readonly limit?: number;
}

const RESULT = '.cache/vscode/bench.json';

/** A failure where there is no VS Code, or a window does not do its part. */
export function benchExtension({ json }: { json?: boolean }): void {
  const loads = [load()];
  rmSync(RESULT, { force: true });
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/bench/extension/vitest.config.ts'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 });
  if (!existsSync(RESULT)) throw failure(`The windows were not measured:\n${stdout}${stderr}`);
  const rows = measured(JSON.parse(readFileSync(RESULT, 'utf8')) as WindowResult[]);
  loads.push(load());
  for (const { what, value, unit, limit } of rows)
    process.stderr.write(
      `${what.padEnd(60)} ${value.toFixed(value < 10 ? 1 : 0).padStart(7)} ${unit}` +
        `${limit === undefined ? '' : `  (under ${limit}${value < limit ? '' : ': NOT KEPT'})`}\n`,
    );
  process.stderr.write(`load of the machine before and after: ${loads.join(', ')}\n`);
  if (json) console.log(JSON.stringify({ load: loads, rows }));
}

function measured(windows: readonly WindowResult[]): Measured[] {
  const empty = windows.filter(({ run }) => !run);
  const [first, ...again] = windows.flatMap(({ run }) => run ?? []);
  const lost = [first!, ...again].map(({ iterations }) => iterations.filter((at, i) => at !== i + 1).length);
  const processes = new Set([first!, ...again].map(({ pid }) => pid)).size - 1 + again.at(-1)!.processes;
  const bytes = statSync('dist/extension.cjs').size;
  const median = (what: 'activation' | 'processor') =>
    quantile(
      empty.map((window) => window[what]),
      0.5,
    );
  return [
    { what: "the extension's bundle", value: bytes / 1000, unit: 'kB', limit: 400 },
    { what: `active, median of ${empty.length} windows`, value: median('activation'), unit: 'ms', limit: 50 },
    { what: 'and of the processor', value: median('processor'), unit: 'ms' },
    { what: 'from asking for two-modes to the first point', value: first!.firstPoint! / 1000, unit: 's', limit: 5 },
    {
      what: `${again.length} windows again, ${again.at(-1)!.iterations.length} steps: points lost or told twice`,
      value: lost.reduce((sum, count) => sum + count, 0),
      unit: '',
      limit: 1,
    },
    { what: 'processes that worked on the run', value: processes, unit: '', limit: 2 },
  ];
}
