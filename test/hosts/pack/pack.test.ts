/**
 * The package as people get it: packed, installed into an empty folder, imported, type-checked and run there.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JupyterClient } from '../notebooks/jupyter-client.ts';
import { outputs, pattern, readPage } from '../../page.ts';

/** Bytes of the tarball: the bundled teacher, its pairs and the classifier are 11 MB of it. */
const LARGEST = 15e6;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'dmd-pack-'));
const env = {
  ...process.env,
  XDG_CACHE_HOME: join(folder, 'cache'),
  // its install script would fetch CUDA libraries
  ONNXRUNTIME_NODE_INSTALL: 'skip',
};
let packed: Packed;

const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' });
const inside = (name: string) => join(folder, 'node_modules', name);

beforeAll(() => {
  // what prepack builds tells of itself on stdout too; the last lines are the list
  const said = npm(['pack', '--json', '--pack-destination', folder], resolve('.'));
  [packed] = JSON.parse(said.slice(said.indexOf('[\n  {'))) as [Packed];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  npm(['install', ...options, resolve(folder, packed.filename)], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('holds what is needed, no sources and no tests, and is not large', () => {
  const paths = packed.files.map(({ path }) => path);
  console.log(
    `${packed.filename}: ${(packed.size / 1e6).toFixed(1)} MB, ${(packed.unpackedSize / 1e6).toFixed(1)} MB unpacked, ` +
      `${paths.length} files`,
  );
  expect(paths).toEqual(
    expect.arrayContaining([
      'dist/cli.js',
      'dist/index.js',
      'dist/helper.js',
      'dist/types/index.d.ts',
      'dist/media/dashboard.js',
      'weights/mnist-teacher.safetensors',
      'schema/dmd.schema.json',
      'README.md',
      'LICENSE',
    ]),
  );
  expect(paths.filter((path) => /\.test\.|-fixture\.|^(src|test|docs|scripts|spikes)\/|bench/.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.ts$/.test(path) && !/^dist\/types\/.*\.d\.ts$/.test(path))).toEqual([]);
  expect(packed.size).toBeLessThan(LARGEST);
});

test('distils through the import, as docs/library.md says', () => {
  const { program, printed } = readPage('docs/library.md');
  writeFileSync(join(folder, 'page.mjs'), transformSync(program, { loader: 'ts' }).code);
  const found = outputs(execFileSync(process.execPath, ['page.mjs'], { cwd: folder, env, encoding: 'utf8' }));
  expect(found).toHaveLength(printed.length);
  printed.forEach((text, i) => text === undefined || expect(found[i]).toMatch(pattern(text)));
});

test('has types that a strict consumer accepts', () => {
  writeFileSync(join(folder, 'page.ts'), readPage('docs/library.md').program);
  const wrong = "import { configure } from 'dmd-lab';\n// @ts-expect-error no such key\nconfigure({ stepps: 1 });\n";
  writeFileSync(join(folder, 'wrong.ts'), wrong);
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', '@types/node@20'], folder);
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--target', 'es2023', '--lib', 'es2023', '--types', 'node', '--skipLibCheck']; // prettier-ignore
  const tsc = resolve('node_modules/typescript/bin/tsc');
  expect(run(process.execPath, [tsc, ...options, 'page.ts', 'wrong.ts'])).toBe('');
});

test('brings its command', () => {
  const said = execFileSync(process.execPath, [join(inside('dmd-lab'), 'dist/cli.js'), 'doctor', '--json'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(JSON.parse(said.trim().split('\n').at(-1)!)).toMatchObject({ engine: 'onnx' });
});

test('brings the kernel, which distils in a cell of a notebook that lies elsewhere', async () => {
  const cli = join(inside('dmd-lab'), 'dist/cli.js');
  execFileSync(process.execPath, [cli, 'kernel', 'install', '--prefix', folder, '--quiet'], { cwd: folder, env });
  const spec = join(folder, 'share/jupyter/kernels/dmd-lab/kernel.json');
  const { argv } = JSON.parse(readFileSync(spec, 'utf8')) as { argv: string[] };
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const client = await JupyterClient.start(elsewhere, argv);
  const cell = (code: string) => client.request('shell', 'execute_request', { code, silent: false });
  try {
    const made = await cell(
      "import { distiller, lines, losses } from 'dmd-lab/notebook';\n" +
        "const run = await distiller({ teacher: 'two-modes', pairs: 256, steps: 3, evaluationSamples: 100 });\n" +
        'await run.run();\nrun.iteration',
    );
    expect(made.content).toMatchObject({ status: 'ok' });
    const value = made.news.find(({ type }) => type === 'execute_result');
    // 1,300 steps of warm-up
    expect(value?.content).toMatchObject({ data: { 'text/plain': '1303' } });
    const figure = await cell('losses(run)');
    expect(figure.news.find(({ type }) => type === 'execute_result')?.content).toMatchObject({
      data: { 'application/vnd.plotly.v1+json': expect.anything(), 'image/png': expect.stringMatching(/^iVBOR/) },
    });
    // checked against the package's own types
    const wrong = await cell('await distiller({ teacher: 3 })');
    expect(wrong.content).toMatchObject({ status: 'error' });
    expect(JSON.stringify(wrong)).toContain('not assignable');
    await client.request('control', 'shutdown_request', { restart: false });
    expect(await client.ended()).toBe(true);
  } finally {
    client.kill();
  }
});

/** What a command says, whether it succeeds or not. */
function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
