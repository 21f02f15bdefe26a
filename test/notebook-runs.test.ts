/**
 * Runs of cells in processes of their own: one whose cells are a script, stepped from here; and one that trains by itself,
 * attached to from here.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { distillInProcess, openRun } from '../src/notebook/distiller.ts';
import { ProcessRun } from '../src/notebook/process-run.ts';
import { connectRun } from '../src/runs/control/client.ts';
import { readStatus } from '../src/runs/directory/status.ts';
import { commandInFolder } from './command.ts';

const { folder, points } = commandInFolder();
const settings = { teacher: points, engine: 'cpu', batchSize: 8, pairs: 16, samplerSteps: 2, evaluationSamples: 200, warmup: { regressionSteps: 0, fakeSteps: 0 } } as const; // prettier-ignore

it('20 steps from a cell, one by message, the cell reads step 21; the end of the process closes the run', async () => {
  const script = join(folder, 'cells.mjs');
  const library = pathToFileURL(resolve('dist/notebook.js')).href;
  writeFileSync(
    script,
    `import { distiller, losses, show } from '${library}';
     const run = await distiller(${JSON.stringify({ ...settings, steps: 1000 })});
     await run.step(20);
     console.log(run.path);
     await new Promise((next) => process.stdin.once('data', next));
     process.stdin.destroy();
     console.log(run.iteration, run.events.findLast((event) => event.type === 'step').step);
     await show(losses(run));`,
  );
  const child = spawn(process.execPath, [script], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((end) => child.once('exit', end));
  const lines: string[] = [];
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  const path = ((await said.next()) as IteratorYieldResult<string>).value;
  expect(path).toContain(join(folder, '.dmd', 'runs'));
  const client = await connectRun(path);
  expect(await client.send({ type: 'step' })).toMatchObject({ iteration: 21, step: 21 });
  client.close();
  child.stdin.end('next cell\n');
  for (let line = await said.next(); !line.done; line = await said.next()) lines.push(line.value);
  expect(await ended).toBe(0);
  expect(lines[0]).toBe('21 21');
  expect(lines[1]).toContain('Distribution matching, L_DM');
  expect(await readStatus(path)).toMatchObject({ state: 'stopped', iteration: 21 });
});

it('long work has its own process: attached to, steered, left and attached to again, and seen through to its results', async () => {
  process.env['DMD_LAB_RUNS'] = join(folder, 'own');
  const run = await distillInProcess({ ...settings, steps: 60, samplesEvery: 0, probeEvery: 0 });
  await run.pause();
  const { iteration } = run;
  const report = await run.step(3);
  expect([report.step, run.iteration, run.state]).toEqual([iteration + 3, iteration + 3, 'paused']);
  expect(run.events.filter((event) => event.type === 'step')).toHaveLength(iteration + 3);
  const seen = await run.inspect({ samples: 2, t: 1 });
  expect(seen.tensors.x_t.shape).toEqual([2, 2]);
  run.leave();

  const again = await openRun('latest');
  expect(again).toBeInstanceOf(ProcessRun);
  expect([again.path, again.iteration]).toEqual([run.path, iteration + 3]);
  expect((await again.sample(3)).shape).toEqual([3, 2]);
  const summary = await again.run();
  expect([summary.state, summary.steps, again.state, again.iteration]).toEqual(['finished', 60, 'finished', 60]);
  expect((await openRun(run.path)).state).toBe('finished');
  delete process.env['DMD_LAB_RUNS'];
});
