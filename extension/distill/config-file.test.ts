import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfigFile } from './config-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'studies'));
const write = (content: unknown): string => {
  const path = join(folder, 'studies', 'a.dmd.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

test('a named teacher stays a name', async () => {
  const file = write({ $schema: './x.json', teacher: 'two-modes', steps: 30 });
  expect(await readConfigFile(file, folder)).toEqual({ teacher: 'two-modes', steps: 30 });
});

test('a teacher in a file is found where commands run, then beside the configuration', async () => {
  const file = write({ teacher: 't.mixture.json' });
  writeFileSync(join(folder, 'studies', 't.mixture.json'), '{}');
  expect(await readConfigFile(file, folder)).toEqual({ teacher: join(folder, 'studies', 't.mixture.json') });
  writeFileSync(join(folder, 't.mixture.json'), '{}');
  expect(await readConfigFile(file, folder)).toEqual({ teacher: join(folder, 't.mixture.json') });
});

test.each([
  ['no JSON', '{"steps": ', 'is not JSON'],
  ['no object', '[]', 'a.dmd.json'],
  ['an unknown key', { step: 3 }, '`step`'],
  ['a value of the wrong kind', { steps: 'many' }, '`steps`'],
  ['a number out of range', { steps: -1 }, '`-1`'],
])('a file with %s says what is wrong', async (_, content, words) => {
  await expect(readConfigFile(write(content), folder)).rejects.toThrow(words);
});
