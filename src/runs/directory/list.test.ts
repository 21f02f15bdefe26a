import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listRuns } from './list.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dmd-list-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const status = {
  v: 1,
  state: 'finished',
  step: 3,
  steps: 5,
  iteration: 3,
  iterations: 5,
  host: hostname(),
  pid: 1,
  heartbeat: '2026-11-05T14:03:22.000Z',
  engine: 'onnx',
};
const summary = { teacher: 'ring', kl: 0.44, modesFound: 8, imagesPerSecond: 1000, speedup: null };

function write(name: string, files: Readonly<Record<string, unknown>>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(path, file), typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('listRuns', () => {
  it('says what each run is and came to, the one that began last first', async () => {
    const notes = { v: 1, name: 'Round', tags: ['good'], notes: 'long' };
    const first = write('first', { 'status.json': status, 'summary.json': summary, 'notes.json': notes });
    const parent = { run: first, iteration: 3 };
    const second = write('second', {
      'status.json': { ...status, parent },
      'config.json': { teacher: 'a/own.safetensors' },
    });
    utimesSync(join(second, 'config.json'), new Date(), new Date('2040-01-01T00:00:00Z'));
    const [newest, oldest] = await listRuns(folder);
    expect(newest).toMatchObject({ name: 'second', teacher: 'own', began: '2040-01-01T00:00:00.000Z', parent });
    expect(newest!.figures).toBeUndefined();
    expect(oldest).toMatchObject({
      path: first,
      title: 'Round',
      tags: ['good'],
      teacher: 'ring',
      state: 'finished',
      step: 3,
      engine: 'onnx',
      figures: summary,
    });
  });

  it('takes a run whose process is gone for interrupted, and never one that has ended', async () => {
    const gone = { ...status, state: 'running', pid: 2 ** 22 + 1, heartbeat: new Date().toISOString() };
    write('gone', { 'status.json': gone });
    write('lives', { 'status.json': { ...gone, pid: process.pid } });
    write('stopped', { 'status.json': { ...gone, state: 'stopped' } });
    const states = (await listRuns(folder)).map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(states)).toEqual({ gone: 'interrupted', lives: 'running', stopped: 'stopped' });
  });

  it('survives what is damaged, newer or no run, and follows no link', async () => {
    const whole = write('whole', { 'status.json': status, 'summary.json': { teacher: 3 } });
    write('torn', { 'status.json': '{"v":1,"st' });
    write('newer', { 'status.json': { ...status, v: 2 } });
    write('empty', {});
    mkdirSync(join(folder, 'folder', 'status.json'), { recursive: true });
    write('vast', { 'status.json': `${JSON.stringify(status)}${' '.repeat(2 ** 20)}` });
    mkdirSync(join(folder, 'linked'));
    symlinkSync(join(whole, 'status.json'), join(folder, 'linked', 'status.json'));
    symlinkSync(whole, join(folder, 'link'), 'dir');
    writeFileSync(join(folder, 'file'), '');
    const found = await listRuns(folder);
    expect(found.map(({ name, state }) => [name, state]).sort()).toEqual([
      ['folder', 'unreadable'],
      ['linked', 'unreadable'],
      ['newer', 'unreadable'],
      ['torn', 'unreadable'],
      ['vast', 'unreadable'],
      ['whole', 'finished'],
    ]);
    expect(found.find(({ name }) => name === 'whole')).toMatchObject({ teacher: 'unknown', figures: undefined });
  });

  it('lists hundreds, none where there is no directory, and refuses what is none', async () => {
    for (let i = 0; i < 300; i++) write(`run-${i}`, { 'status.json': status, 'summary.json': summary });
    expect(await listRuns(folder)).toHaveLength(300);
    expect(await listRuns(join(folder, 'absent'))).toEqual([]);
    await expect(listRuns(join(folder, 'run-0', 'status.json'))).rejects.toMatchObject({ kind: 'usage' });
  });
});
