/**
 * The notebooks' kernel as a process, spoken to by its client.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelClient, type KernelExit } from '../kernel/client.ts';
import type { Executed, Output } from '../kernel/protocol.ts';
import { ensureBuilt } from './built.ts';

const launcher = resolve('dist/kernel.cjs');
const workspace = mkdtempSync(join(tmpdir(), 'dmd-kernel-'));
const notebooks = join(workspace, 'notebooks');
const write = (path: string, text: string) => {
  mkdirSync(resolve(workspace, path, '..'), { recursive: true });
  writeFileSync(join(workspace, path), text);
};
let kernel: KernelClient;
let exits: KernelExit[] = [];

const start = (cwd = notebooks) => KernelClient.start({ launcher, cwd, onExit: (exit) => exits.push(exit) });

interface Ran extends Executed {
  readonly outputs: readonly Output[];
  readonly text: string;
  readonly result: unknown;
  readonly error: string;
}

async function run(code: string, meanwhile?: () => void): Promise<Ran> {
  const outputs: Output[] = [];
  const executing = kernel.execute(code, { onOutput: (output) => outputs.push(output) });
  meanwhile?.();
  const executed = await executing;
  const text = outputs.map((output) => (output.type === 'stream' ? output.text : '')).join('');
  const result = outputs.find((output) => output.type === 'result')?.data['text/plain'];
  const error = outputs.flatMap((output) => (output.type === 'error' ? output.traceback : [])).join('\n');
  return { ...executed, outputs, text, result, error };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Waits until `pid` is gone; gives the seconds that it took, or 10 when it stays. */
async function secondsUntilGone(pid: number): Promise<number> {
  const begin = performance.now();
  while (isAlive(pid) && performance.now() - begin < 10_000) await setTimeout(20);
  return (performance.now() - begin) / 1000;
}

beforeAll(async () => {
  ensureBuilt();
  mkdirSync(notebooks);
  write(
    'src/double.ts',
    "import { factor } from './factor.ts';\nexport const double = (x: number): number => factor * x;\n",
  );
  write('src/factor.ts', 'export const factor = 2;\n');
  write(
    'src/fails.ts',
    'export interface Unused {}\n\nexport function fail(): never {\n  throw new Error("on purpose");\n}\n',
  );
  write('node_modules/only-esm/package.json', '{"name":"only-esm","type":"module","exports":{"import":"./index.js"}}');
  write('node_modules/only-esm/index.js', 'await null;\nexport const name = "esm";\nexport default () => name;\n');
  write(
    'node_modules/only-esm/index.d.ts',
    'export declare const name: string;\nexport default function (): string;\n',
  );
  write('node_modules/busy/index.js', 'exports.busy = () => { for (;;); };');
  write('node_modules/busy/index.d.ts', 'export declare function busy(): never;\n');
  kernel = await start();
}, 120_000);
afterAll(async () => {
  await kernel.shutdown();
  rmSync(workspace, { recursive: true });
});

test("a cell's last value is its result, and names stay", async () => {
  expect(await run('const a: number = 20;\nlet b = 1;')).toMatchObject({ status: 'ok', result: undefined });
  expect(await run('b++;\na + b')).toMatchObject({ status: 'ok', result: '22' });
  expect(await run('Promise.resolve("ü€😀")')).toMatchObject({ result: "'ü€😀'" });
  expect(
    (await run('({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>x</b>" }) })')).outputs,
  ).toMatchObject([{ type: 'result', data: { 'text/html': '<b>x</b>' } }]);
});

test('names of earlier cells are known in every form', async () => {
  await run(
    'let short = 1;\nconst [first, { second }] = [2, { second: 3 }];\nfunction twice(x: number) { return 2 * x; }',
  );
  expect(await run('({ short, second, twice: twice(first) })')).toMatchObject({
    error: '',
    result: '{ short: 1, second: 3, twice: 4 }',
  });
  expect(await run('({ short = 5 } = {} as { short?: number });\n`${short}`')).toMatchObject({ result: "'5'" });
  expect(await run('const inner = (short: string) => ({ short });\ninner("own")')).toMatchObject({
    result: "{ short: 'own' }",
  });
});

test('20,000 lines come whole and in their order', async () => {
  const { text, outputs } = await run('for (let i = 0; i < 20000; i++) console.log(i, "ä€😀");');
  expect(text).toBe(Array.from({ length: 20_000 }, (_, i) => `${i} ä€😀\n`).join(''));
  expect(outputs.length).toBeLessThan(2000);
});

describe('errors', () => {
  test('point into the cell, and into files that it has imported', async () => {
    const { executionCount, error } = await run(
      'import { fail } from "../src/fails";\ninterface Gone {}\n\nfunction f() {\n  fail();\n}\nf();',
    );
    expect(error.split('\n')).toEqual([
      'Error: on purpose',
      `    at fail (${join(workspace, 'src/fails.ts')}:4:9)`,
      expect.stringContaining(`    at f (cell ${executionCount}:5:`),
      `    at cell ${executionCount}:7:1`,
    ]);
  });

  test("TypeScript's come with the line; the next cell runs", async () => {
    const { status, executionCount, error } = await run('\nconst n: number = "a";');
    expect(status).toBe('error');
    expect(error).toContain(`cell ${executionCount}:2:7 - TS2322: Type 'string' is not assignable to type 'number'.`);
    expect(await run('1 + 1')).toMatchObject({ status: 'ok', result: '2' });
  });

  test('of something left behind are told, and end nothing', async () => {
    await run('setTimeout(() => { throw new Error("later"); }, 10);');
    const { text } = await run('await new Promise((resolve) => setTimeout(resolve, 60))');
    expect(text + (await run('1')).text).not.toContain('internal');
    expect(kernel.alive).toBe(true);
  });
});

describe('interrupts', () => {
  const soon = (ms = 300) => void setTimeout(ms).then(() => kernel.interrupt());
  test.each([
    ['a loop', 'while (true) {}'],
    ['a loop behind an await', 'await null; for (;;) {}'],
    ['a loop within a package', 'import { busy } from "busy";\nbusy()'],
    ['a cell that waits', 'await new Promise(() => undefined)'],
  ])('end %s', async (_, code) => {
    const { status, outputs } = await run(code, soon);
    expect(status).toBe('error');
    expect(outputs.at(-1)).toMatchObject({ type: 'error', name: 'Interrupted' });
    expect(await run('"next"')).toMatchObject({ status: 'ok', result: "'next'" });
  });

  test('stop what the cell does, which can be looked at', async () => {
    await run('let turns = 0;\nfor (;;) {\n  await new Promise((r) => setTimeout(r, 5));\n  turns++;\n}', soon);
    const [first, second] = [await run('turns'), await setTimeout(100).then(() => run('turns'))];
    expect(Number(first.result)).toBeGreaterThan(3);
    expect(second.result).toBe(first.result);
  });
});

describe('imports', () => {
  test('files of the workspace, anew after an edit of what they import', async () => {
    expect(await run('import { double } from "../src/double";\ndouble(4)')).toMatchObject({ result: '8' });
    write('src/factor.ts', 'export const factor = 30;\n');
    expect(await run('import { double } from "../src/double";\ndouble(4)')).toMatchObject({ result: '120' });
    write('src/late.ts', 'export const late = 1;\n');
    expect(await run('import { late } from "../src/late.ts";\nlate')).toMatchObject({ result: '1' });
  });

  test('packages that are ES modules alone', async () => {
    const code = 'import call, { name } from "only-esm";\n[call(), name, (await import("only-esm")).name]';
    expect(await run(code)).toMatchObject({ error: '', result: "[ 'esm', 'esm', 'esm' ]" });
  });

  test('this package, typed, with one TensorFlow.js', async () => {
    const code =
      'import { startEngine, configure } from "dmd-lab";\nimport * as tf from "@tensorflow/tfjs-core";\nawait startEngine({ engine: "cpu" });\ntf.getBackend()';
    expect(await run(code)).toMatchObject({ error: '', result: "'cpu'" });
    expect(await run('configure({ teacher: 5 })')).toMatchObject({ status: 'error' });
    const matches = (await kernel.complete('const { engine } = await startEngine();\nengine.toU', 50)).matches;
    expect(matches.map(({ name }) => name)).toContain('toUpperCase');
    expect(await kernel.inspect('startEngine', 3)).toMatchObject({
      signature: expect.stringContaining('startEngine(options?: EngineOptions): Promise<RunningEngine>') as string,
    });
  });

  test('this package from an empty folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dmd-empty-'));
    const other = await start(folder);
    const outputs: Output[] = [];
    await other.execute(
      'import { version_core } from "@tensorflow/tfjs-core";\nimport { Distiller } from "dmd-lab";\ntypeof Distiller',
      {
        onOutput: (output) => outputs.push(output),
      },
    );
    await other.shutdown();
    rmSync(folder, { recursive: true });
    expect(outputs).toMatchObject([{ type: 'result', data: { 'text/plain': "'function'" } }]);
  });
});

test('a picture of 20 MB arrives whole, and updates keep their place', async () => {
  const { outputs } = await run(
    'import { display } from "tslab";\nconst host = globalThis[Symbol.for("dmd-lab.kernel")];\n' +
      'display.png(Buffer.alloc(20e6, 1));\nhost.display({ data: { "text/plain": "a" } }, { id: "x" });\n' +
      'host.display({ data: { "text/plain": "b" } }, { id: "x", update: true });',
  );
  expect(outputs).toMatchObject([
    { type: 'display', data: { 'image/png': Buffer.alloc(20e6, 1).toString('base64') } },
    { type: 'display', data: { 'text/plain': 'a' }, displayId: 'x' },
    { type: 'update-display', data: { 'text/plain': 'b' }, displayId: 'x' },
  ]);
});

describe('ends', () => {
  test('a cell that ends the process is told of once, and the kernel starts again', async () => {
    exits = [];
    const { status, text, error } = await run('console.log("last words");\nprocess.exit(3);');
    expect([status, text]).toEqual(['aborted', 'last words\n']);
    expect(error).toContain('ended with exit code 3');
    expect(exits).toMatchObject([{ code: 3, signal: null }]);
    expect(await kernel.execute('1')).toEqual({ status: 'aborted', executionCount: 0 });
    await kernel.restart();
    expect(await run('1 + 2')).toMatchObject({ executionCount: 1, result: '3' });
  });

  test('one that nothing stops is ended by a restart', async () => {
    const stubborn = run('import { busy } from "busy";\nawait null;\nbusy();');
    await setTimeout(300);
    kernel.interrupt();
    await setTimeout(300);
    await kernel.restart();
    expect(await stubborn).toMatchObject({ status: 'aborted', error: '' });
    expect(await run('1')).toMatchObject({ status: 'ok' });
  });

  test('runs are closed before', async () => {
    const path = join(workspace, 'closed');
    const other = await start();
    await other.execute(
      `globalThis[Symbol.for("dmd-lab.kernel")].onShutdown(async () => {\n  await null;\n` +
        `  (await import("node:fs")).writeFileSync(${JSON.stringify(path)}, "");\n});`,
    );
    const { pid } = other;
    await other.shutdown();
    expect(isAlive(pid!)).toBe(false);
    expect(() => rmSync(path)).not.toThrow();
  });

  test.each(['1', 'for (;;) {}'])('with its client, within 3 s: %s', async (code) => {
    const script = join(workspace, 'client.mjs');
    const entry = { contents: `export * from ${JSON.stringify(resolve('kernel/client.ts'))}`, resolveDir: '.' };
    await build({ stdin: entry, bundle: true, platform: 'node', format: 'esm', outfile: join(workspace, 'lib.mjs') });
    writeFileSync(
      script,
      `import { KernelClient } from './lib.mjs';\n` +
        `const kernel = await KernelClient.start(${JSON.stringify({ launcher, cwd: notebooks })});\n` +
        `void kernel.execute(${JSON.stringify(code)});\nsetTimeout(() => console.log(kernel.pid), 500);`,
    );
    const client = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) =>
      client.stdout.once('data', (data: Buffer) => resolve(Number(data))),
    );
    expect(isAlive(pid)).toBe(true);
    client.kill('SIGKILL');
    expect(await secondsUntilGone(pid)).toBeLessThan(3);
  });

  test('ten of them leave no process', async () => {
    const pids: number[] = [];
    for (let i = 0; i < 5; i++) {
      const pair = await Promise.all([start(), start()]);
      for (const one of pair) {
        await one.execute('1');
        pids.push(one.pid!);
      }
      await Promise.all(pair.map((one) => one.shutdown()));
    }
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

test('a kernel that cannot start says why', async () => {
  const folder = join(workspace, 'without');
  write('without/dist/kernel.cjs', 'throw new Error("no tslab here");');
  const starting = KernelClient.start({ launcher: join(folder, 'dist/kernel.cjs'), cwd: notebooks });
  await expect(starting).rejects.toThrow(/kernel did not start.*exit code 1.*no tslab here/s);
  await expect(KernelClient.start({ launcher, cwd: notebooks, node: '/no/such/node' })).rejects.toThrow(
    '/no/such/node',
  );
});
