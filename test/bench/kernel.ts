/**
 * `npm run bench -- kernel`: how soon the notebooks' kernel answers, whether a live display loses anything, and what stays in
 * memory when a notebook is run over and over.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KernelClient } from '../../kernel/client.ts';
import type { Output } from '../../kernel/protocol.ts';
import { columns, versionsText } from './report.ts';
import { quantile } from './statistics.ts';
import { load, versions } from './versions.ts';

/** What is asked of the kernel: ms, ms, and percent. */
const [MOST_START, MOST_WARM, MOST_GROWTH] = [3000, 150, 20];
const [STARTS, CELLS, UPDATES, UPDATES_PER_SECOND] = [3, 20, 50, 10];

/** A small notebook that trains and draws. */
const notebook = [
  'import * as tf from "@tensorflow/tfjs-core";\nimport { configure, Distiller, openPairs, openTeacher, startEngine } from "dmd-lab";',
  'await startEngine({ engine: "onnx", threads: 1 });\nconst config = configure({ teacher: "two-modes", steps: 20, pairs: 256, warmup: { regressionSteps: 0, fakeSteps: 0 } });',
  'const teacher = await openTeacher(config.teacher);\nconst pairs = await openPairs({ config, teacher });\nconst distiller = Distiller.create({ config, teacher, pairs });',
  'for (let i = 0; i < 20; i++) console.log((await distiller.step()).step);',
  'distiller.dispose();\ntf.dispose([teacher.params, teacher.student?.params] as never);\ntf.memory().numTensors',
];

const updating = `
const host = globalThis[Symbol.for('dmd-lab.kernel')];
host.display({ data: { 'text/plain': '0' } }, { id: 'live' });
for (let i = 1; i <= ${UPDATES}; i++) {
  await new Promise((resolve) => setTimeout(resolve, ${1000 / UPDATES_PER_SECOND}));
  host.display({ data: { 'text/plain': String(i) } }, { id: 'live', update: true });
}`;

export async function benchKernel({ json }: { json?: boolean }): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'dmd-bench-'));
  const options = { launcher: resolve('dist/kernel.cjs'), cwd: folder, execArgv: ['--expose-gc'] };
  const start = () => KernelClient.start(options);
  const loads = [load()];
  say(versionsText(versions(), undefined));
  try {
    const starts: number[] = [];
    for (let i = 0; i < STARTS; i++) {
      const begin = performance.now();
      const kernel = await start();
      await run(kernel, '1 + 1');
      starts.push(performance.now() - begin);
      await kernel.shutdown();
    }
    const kernel = await start();
    const bare = await warm(kernel);
    const outputs = await run(kernel, updating);
    const shown = outputs.filter(({ type }) => type === 'update-display').length;

    const memory: number[] = [];
    for (let i = 0; i < 10; i++) {
      for (const code of notebook) await run(kernel, code);
      // what is garbage would be measured by when V8 last felt like collecting it
      await run(kernel, '(globalThis as { gc?(): void }).gc!();');
      memory.push(residentMegabytes(kernel.pid!));
    }
    const loaded = await warm(kernel);
    await kernel.shutdown();
    const growth = 100 * (memory.at(-1)! / memory[0]! - 1);
    loads.push(load());
    const rows = [
      ['start to the first result', `${quantile(starts, 0.5).toFixed(0)} ms`, kept(quantile(starts, 0.5), MOST_START)],
      ['a trivial cell', `${bare.toFixed(0)} ms`, kept(bare, MOST_WARM)],
      ['a trivial cell, with the library imported', `${loaded.toFixed(0)} ms`, kept(loaded, MOST_WARM)],
      [`${UPDATES} updates at ${UPDATES_PER_SECOND}/s that came`, String(shown), shown === UPDATES ? '' : 'NOT KEPT'],
      ['memory after a notebook, without garbage', `${memory[0]!.toFixed(0)} MB`, ''],
      ['after ten times', `${memory.at(-1)!.toFixed(0)} MB, ${growth.toFixed(0)} % more`, kept(growth, MOST_GROWTH)],
    ];
    say(`\n${columns(rows)}\nload of the machine before and after: ${loads.join(', ')}`);
    const figures = { starts, bare, loaded, updates: UPDATES, shown, memory };
    if (json) console.log(JSON.stringify({ ours: versions(), load: loads, ...figures }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const kept = (value: number, most: number): string => `(at most ${most}${value <= most ? '' : ': NOT KEPT'})`;

/** Median ms of a trivial cell. */
async function warm(kernel: KernelClient): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < CELLS; i++) {
    const begin = performance.now();
    await run(kernel, `${i} + 1`);
    times.push(performance.now() - begin);
  }
  return quantile(times, 0.5);
}

async function run(kernel: KernelClient, code: string): Promise<Output[]> {
  const outputs: Output[] = [];
  const { status } = await kernel.execute(code, { onOutput: (output) => outputs.push(output) });
  if (status !== 'ok') throw new Error(`internal: a cell failed: ${JSON.stringify(outputs.at(-1))}`);
  return outputs;
}

function residentMegabytes(pid: number): number {
  if (process.platform !== 'linux')
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1000;
  const pages = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(pages) / 1000;
}
