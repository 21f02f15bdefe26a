/**
 * The kernel in Jupyter: by nbconvert, and by its messages over ZeroMQ.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { executeNotebook, textOf, writeNotebook } from './execute.ts';
import { JupyterClient } from './jupyter-client.ts';

const workspace = mkdtempSync(join(tmpdir(), 'dmd-notebooks-'));
beforeAll(() => {
  mkdirSync(join(workspace, 'notebooks'));
  mkdirSync(join(workspace, 'src'));
  writeFileSync(join(workspace, 'src/six.ts'), 'export const six: number = 6;\n');
});
afterAll(() => rmSync(workspace, { recursive: true }));

describe.skipIf(inject('noJupyter') !== '')('nbconvert', () => {
  test('runs a notebook', async () => {
    const path = join(workspace, 'notebooks', 'small.ipynb');
    writeNotebook(path, [
      'import { six } from "../src/six";\nimport { display } from "tslab";\nsix * 7',
      'for (let i = 0; i < 5000; i++) console.log(i);',
      'import * as tf from "@tensorflow/tfjs-core";\nimport { startEngine } from "dmd-lab";\nawait startEngine({ engine: "cpu" });\nawait tf.sum(tf.tensor([1, 2, 3])).data()',
      'display.html("<b>ü</b>")',
    ]);
    const { cells } = await executeNotebook(path);
    const [product, lines, sum, html] = cells.map(({ outputs }) => outputs);
    expect(product).toMatchObject([{ output_type: 'execute_result', data: { 'text/plain': ['42'] } }]);
    const printed = lines!.map(({ text }) => textOf(text)).join('');
    expect(printed).toBe(Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(''));
    expect(sum).toMatchObject([{ data: { 'text/plain': ['Float32Array(1) [ 6 ]'] } }]);
    expect(html).toMatchObject([{ output_type: 'display_data', data: { 'text/html': ['<b>ü</b>'] } }]);
  });

  test('goes on behind a cell that fails, when it is asked to', async () => {
    const path = join(workspace, 'notebooks', 'fails.ipynb');
    writeNotebook(path, ['throw new TypeError("on purpose")', '1 + 1']);
    const { cells } = await executeNotebook(path, { allowErrors: true });
    expect(cells[0]!.outputs).toMatchObject([{ output_type: 'error', ename: 'TypeError', evalue: 'on purpose' }]);
    expect(cells[1]!.outputs).toMatchObject([{ data: { 'text/plain': ['2'] } }]);
    await expect(executeNotebook(path)).rejects.toThrow('on purpose');
  });
});

describe('over ZeroMQ', () => {
  test('cells run, are interrupted and complete, and the kernel ends when it is told', async () => {
    const client = await JupyterClient.start(join(workspace, 'notebooks'));
    const ran = await client.request('shell', 'execute_request', { code: 'const n = 1;\nn + 1', silent: false });
    expect(ran.content).toMatchObject({ status: 'ok', execution_count: 1 });
    expect(ran.news.map(({ type }) => type)).toEqual(['status', 'execute_input', 'execute_result', 'status']);

    for (const code of ['while (true) {}', 'await null; for (;;) {}', 'await new Promise(() => {})']) {
      const busy = client.request('shell', 'execute_request', { code, silent: false });
      await setTimeout(500);
      expect((await client.request('control', 'interrupt_request', {})).content).toEqual({ status: 'ok' });
      expect((await busy).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    }
    const completed = await client.request('shell', 'complete_request', { code: '"😀"; n.toF', cursor_pos: 10 });
    expect(completed.content).toMatchObject({ matches: ['toFixed'], status: 'ok' });
    const unknown = await client.request('shell', 'is_complete_request', { code: 'for (const a of [1]) {' });
    expect(unknown.content).toMatchObject({ status: 'incomplete' });

    await client.request('control', 'shutdown_request', { restart: false });
    expect(await client.ended()).toBe(true);
  });

  test('what waits behind a cell that fails is left out, and nothing after that', async () => {
    const client = await JupyterClient.start(join(workspace, 'notebooks'));
    const run = (code: string) =>
      client.request('shell', 'execute_request', { code, silent: false, stop_on_error: true });
    const [failed, waiting] = await Promise.all([run('throw new Error("x")'), run('1')]);
    expect([failed.content.status, waiting.content.status]).toEqual(['error', 'aborted']);
    expect((await run('2')).content).toMatchObject({ status: 'ok' });
    client.kill();
  });
});
