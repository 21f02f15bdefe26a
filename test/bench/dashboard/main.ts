/**
 * `npm run bench -- dashboard`: how soon the page shows a long run, how soon a new step, and what it takes while a run is live.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { longRun, writeRun } from '../../recorded-run.ts';
import { quantile } from '../statistics.ts';
import { load } from '../versions.ts';
import { LiveRun } from './live-run.ts';
import { openPage, type OpenPage } from './open-page.ts';

interface Measured {
  readonly what: string;
  readonly value: number;
  readonly unit: 'MB' | 'ms';
  /** What it is to stay under; absent where nothing is asked. */
  readonly limit?: number;
}

const STEPS = 200_000;
/** A fast run: 20 steps a second for an hour, told in a minute. */
const HOUR = 20 * 3600;

export async function benchDashboard({ json }: { json?: boolean }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dmd-bench-'));
  const loads = [load()];
  const rows: Measured[] = [];
  try {
    const hours = (['digits', 'points'] as const).map((of) => (folder: string) => anHour(folder, of));
    for (const measure of [pageSize, firstPaint, latency, scrubbing, ...hours]) rows.push(...(await measure(folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
  loads.push(load());
  for (const { what, value, unit, limit } of rows)
    process.stderr.write(
      `${what.padEnd(64)} ${value.toFixed(unit === 'MB' ? 2 : 0).padStart(8)} ${unit}` +
        `${limit === undefined ? '' : `  (under ${limit}${value < limit ? '' : ': NOT KEPT'})`}\n`,
    );
  process.stderr.write(`load of the machine before and after: ${loads.join(', ')}\n`);
  if (json) console.log(JSON.stringify({ load: loads, rows }));
}

function pageSize(): Promise<Measured[]> {
  const folder = join('dist', 'media');
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return Promise.resolve([{ what: 'page, before compression', value: bytes / 1e6, unit: 'MB', limit: 2 }]);
}

async function firstPaint(folder: string): Promise<Measured[]> {
  const run = writeRun(join(folder, 'long'), longRun(STEPS));
  const first: number[] = [];
  const whole: number[] = [];
  for (let i = 0; i < 5; i++) {
    const page = await openPage(run);
    await untilQuiet(page);
    const begin: number = await page.page.evaluate('performance.timeOrigin');
    const drawn = await page.drawn();
    first.push(drawn[0]! - begin);
    whole.push(drawn.at(-1)! - begin);
    await page.close();
  }
  return [
    { what: `${STEPS} steps: first curve on the screen, median of 5`, value: median(first), unit: 'ms', limit: 1500 },
    { what: `${STEPS} steps: all curves whole`, value: median(whole), unit: 'ms' },
  ];
}

async function latency(folder: string): Promise<Measured[]> {
  const run = await LiveRun.open(join(folder, 'latency'));
  run.tell(500);
  const page = await openPage(run.path);
  await untilQuiet(page);
  const told: number[] = [];
  for (let i = 0; i < 40; i++) {
    told.push(run.tell(1));
    await setTimeout(250 + 7 * i);
  }
  await setTimeout(1000);
  const drawn = await page.drawn();
  const waits = told.map((at) => drawn.find((time) => time >= at)! - at);
  await page.close();
  return [
    { what: 'a new step on the screen, median of 40', value: median(waits), unit: 'ms', limit: 300 },
    { what: 'a new step on the screen, slowest of 40', value: Math.max(...waits), unit: 'ms', limit: 300 },
  ];
}

async function scrubbing(folder: string): Promise<Measured[]> {
  const run = await LiveRun.open(join(folder, 'scrubbing'));
  run.tell(5000);
  const open = await openPage(run.path);
  const { page } = open;
  await untilQuiet(open);
  const live = setInterval(() => run.tell(1), 50);
  await page.locator('.player input[type=range]').focus();
  await page.evaluate('bench.frames.length = 0');
  const end = performance.now() + 8000;
  for (let i = 0; performance.now() < end; i++) {
    await page.keyboard.press(i % 40 < 20 ? 'ArrowLeft' : 'ArrowRight');
    if (i % 4 === 0) await page.mouse.wheel(0, i % 80 < 40 ? 60 : -60);
  }
  clearInterval(live);
  const frames: number[] = await page.evaluate('bench.frames');
  await open.close();
  return [
    { what: 'scrubbing and scrolling while live: longest frame', value: Math.max(...frames), unit: 'ms', limit: 100 },
    { what: 'scrubbing and scrolling while live: median frame', value: median(frames), unit: 'ms' },
  ];
}

async function anHour(folder: string, of: 'digits' | 'points'): Promise<Measured[]> {
  const run = await LiveRun.open(join(folder, `hour-${of}`), of);
  const open = await openPage(run.path);
  const tell = async (steps: number): Promise<void> => {
    for (let told = 0; told < steps; told += 60) {
      run.tell(60);
      await setTimeout(50);
    }
    await untilQuiet(open);
  };
  // what is made once is there after a tenth of it
  await tell(HOUR / 10);
  const before = { page: await heapOf(open), host: residentOf(open) };
  await tell((9 * HOUR) / 10);
  const after = { page: await heapOf(open), host: residentOf(open) };
  await open.close();
  return [
    {
      what: `${HOUR} steps of ${of}: the page's heap grows by`,
      value: (after.page - before.page) / 1e6,
      unit: 'MB',
      limit: 20,
    },
    {
      what: `${HOUR} steps of ${of}: the host grows by`,
      value: (after.host - before.host) / 1e6,
      unit: 'MB',
      limit: 50,
    },
  ];
}

/** Bytes that the page's script holds. */
async function heapOf({ devtools }: OpenPage): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize;
}

/** Bytes that the server's process has in memory. */
const residentOf = ({ server }: OpenPage): number =>
  1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.pid)]).toString());

/** Resolves when nothing was drawn for a second. */
async function untilQuiet({ drawn }: OpenPage): Promise<void> {
  for (let before = -1; ;) {
    const { length } = await drawn();
    if (length === before && length > 0) return;
    before = length;
    await setTimeout(1000);
  }
}

const median = (values: readonly number[]): number => quantile(values, 0.5);
