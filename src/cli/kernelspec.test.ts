import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findKernels, installKernel, launcher, uninstallKernel } from './kernelspec.ts';

const prefix = mkdtempSync(join(tmpdir(), 'dmd-kernelspec-'));
const kernels = join(prefix, 'share', 'jupyter', 'kernels');
afterAll(() => rmSync(prefix, { recursive: true }));

test('a kernelspec is written, found, written again and taken away', async () => {
  const path = await installKernel({ prefix, name: 'dmd-lab' });
  expect(path).toBe(join(kernels, 'dmd-lab'));
  expect(readdirSync(path).sort()).toEqual(['kernel.json', 'logo-64x64.png', 'logo-svg.svg']);
  expect(JSON.parse(readFileSync(join(path, 'kernel.json'), 'utf8'))).toMatchObject({
    argv: [process.execPath, launcher(), '--connection-file', '{connection_file}'],
    display_name: 'TypeScript (DMD Lab)',
    language: 'typescript',
  });
  await installKernel({ prefix, name: 'dmd-lab' });
  expect(readdirSync(kernels)).toEqual(['dmd-lab']);
  expect((await findKernels(prefix)).filter((kernel) => kernel.path === path)).toMatchObject([{ name: 'dmd-lab' }]);
  await uninstallKernel({ prefix, name: 'dmd-lab' });
  expect(readdirSync(kernels)).toEqual([]);
});

test('what a kernelspec starts and is gone is told of', async () => {
  const path = await installKernel({ prefix, name: 'old' });
  const argv = ['/no/such/node', launcher(), '--connection-file', '{connection_file}'];
  writeFileSync(join(path, 'kernel.json'), JSON.stringify({ argv, metadata: { 'dmd-lab': true } }));
  const found = (await findKernels(prefix)).find(({ name }) => name === 'old');
  expect(found?.missing).toContain('/no/such/node');
});

test("another's kernel stays, and so does a name that is none", async () => {
  mkdirSync(join(kernels, 'python3'), { recursive: true });
  writeFileSync(join(kernels, 'python3', 'kernel.json'), '{"argv": ["python3"]}');
  await expect(installKernel({ prefix, name: 'python3' })).rejects.toThrow('another kernel');
  await expect(uninstallKernel({ prefix, name: 'python3' })).rejects.toThrow('no kernel of DMD Lab');
  await expect(installKernel({ prefix, name: '../up' })).rejects.toThrow('`../up` is no name');
  expect(existsSync(join(kernels, 'python3', 'kernel.json'))).toBe(true);
});

test('a folder that cannot be written to is named', async () => {
  const file = join(prefix, 'file');
  writeFileSync(file, '');
  await expect(installKernel({ prefix: file, name: 'dmd-lab' })).rejects.toThrow(join(file, 'share'));
});
