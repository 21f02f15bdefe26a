/**
 * `npm run bench -- memory`: live tensors and resident memory of a run in the plane from step 100 to step 2000, with all
 * that it shows of itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { Config } from '../../src/distillation/config.ts';
import { presetConfig } from '../../src/distillation/presets.ts';
import { DistillationRun } from '../../src/runs/training/distillation-run.ts';
import { columns, versionsText } from './report.ts';
import { versions } from './versions.ts';

/** How much more memory the last step may hold than the first that is looked at, in percent. */
const LIMIT = 2;
const LOOKED_AT = [100, 250, 500, 1000, 1500, 2000];

export async function benchMemory({ json }: { json?: boolean }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dmd-bench-'));
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(versionsText(versions(), undefined));
  try {
    // Algorithm 1 from the first step, and every event before the first look: what a run compiles, it compiles once
    const often = { warmup: {}, samplesEvery: 50, probeEvery: 50, layersEvery: 50 };
    const config = Config.parse({ ...presetConfig('two-modes'), steps: LOOKED_AT.at(-1)! + 1, ...often });
    const run = await DistillationRun.create({ config, out: join(folder, 'run') });
    const rows: { step: number; tensors: number; residentMB: number; heapMB: number }[] = [];
    for (let step = 1; step < config.steps; step++) {
      await run.step();
      if (LOOKED_AT.includes(step)) rows.push({ step, tensors: tf.memory().numTensors, ...(await residentMemory()) });
    }
    await run.close();
    const [first, last] = [rows[0]!, rows.at(-1)!];
    const growth = 100 * (last.residentMB / first.residentMB - 1);
    const flat = last.tensors === first.tensors && growth < LIMIT;
    const cells = rows.map(({ step, tensors, residentMB, heapMB }) =>
      [step, tensors, residentMB.toFixed(1), heapMB.toFixed(1)].map(String),
    );
    say(columns([['step', 'live tensors', 'resident, MB', 'JavaScript heap, MB'], ...cells]));
    say(
      `from step ${first.step} to ${last.step}: ${last.tensors - first.tensors} tensors, ${growth.toFixed(1)} % of resident ` +
        `memory (none, and under ${LIMIT} %${flat ? '' : ': NOT KEPT'})`,
    );
    if (json) console.log(JSON.stringify({ ours: versions(), growth, rows }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Without what waits for the collector and for the event loop, whose moment would be measured else. */
async function residentMemory(): Promise<{ residentMB: number; heapMB: number }> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  await setImmediate();
  const { rss, heapUsed } = process.memoryUsage();
  return { residentMB: rss / 2 ** 20, heapMB: heapUsed / 2 ** 20 };
}
