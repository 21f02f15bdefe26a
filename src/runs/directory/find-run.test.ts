import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRun, runPaths } from './find-run.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dmd-find-')));
const before = process.cwd();
const runs = join(folder, '.dmd', 'runs');

function makeRun(path: string, began: number): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.json'), '{}');
  writeFileSync(join(path, 'status.json'), '{}');
  utimesSync(join(path, 'config.json'), began, began);
}

beforeAll(() => {
  process.chdir(folder);
  makeRun(join(runs, '2026-11-05T10-00-00-mnist'), 1000);
  makeRun(join(runs, '2026-11-05T11-00-00-ring'), 3000);
  makeRun(join(runs, 'a-study'), 2000);
  makeRun(join(folder, 'elsewhere'), 4000);
  mkdirSync(join(runs, 'no-run'));
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

describe('a run', () => {
  it.each([
    ['elsewhere', 'elsewhere'],
    ['./elsewhere/', 'elsewhere'],
    ['a-study', '.dmd/runs/a-study'],
    ['.dmd/runs/a-study', '.dmd/runs/a-study'],
    ['latest', '.dmd/runs/2026-11-05T11-00-00-ring'],
  ])('is found as `%s`', async (text, path) => {
    expect(await findRun(text)).toBe(join(folder, path));
  });

  it('is found through a link', async () => {
    symlinkSync(join(runs, 'a-study'), join(folder, 'link'));
    expect(await findRun('link')).toBe(join(folder, 'link'));
  });

  it.each([
    ['a-studi', 'There is no run `a-studi`', 'The nearest in `.dmd/runs`: `a-study`'],
    ['mnist', 'There is no run `mnist`', 'The nearest in `.dmd/runs`: `2026-11-05T10-00-00-mnist`'],
    ['.dmd', '`.dmd` is no run directory', 'it holds no status.json'],
    ['no-run', 'There is no run `no-run`', 'The nearest'],
    ['../find/a-study', 'There is no run', 'neither as a directory nor by name'],
  ])('is refused as `%s`', async (text, ...parts) => {
    const error: unknown = await findRun(text).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'DmdError', kind: 'usage' });
    for (const part of parts) expect((error as Error).message).toContain(part);
  });

  it('is listed with the others, the one that began last first', async () => {
    expect(await runPaths()).toEqual(
      ['2026-11-05T11-00-00-ring', 'a-study', '2026-11-05T10-00-00-mnist'].map((name) => join(runs, name)),
    );
    expect(await runPaths(join(folder, 'nowhere'))).toEqual([]);
  });

  it('of an empty place is no latest', async () => {
    process.chdir(join(folder, 'elsewhere'));
    try {
      await expect(findRun('latest')).rejects.toThrow('There is no `latest` run: `.dmd/runs` holds none.');
    } finally {
      process.chdir(folder);
    }
  });
});
