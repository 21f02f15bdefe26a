import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { claimRun } from './attempts.ts';
import { processStart, thisProcess } from './process-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-attempts-'));
afterAll(() => rmSync(folder, { recursive: true }));
let runs = 0;
const newRun = () => {
  const path = join(folder, `run-${runs++}`);
  mkdirSync(join(path, 'attempts'), { recursive: true });
  return path;
};
const longAgo = new Date(Date.now() - 3_600_000).toISOString();
const attempt = (run: string, content: object | string, number = 1) =>
  writeFileSync(
    join(run, 'attempts', `000${number}.json`),
    typeof content === 'string' ? content : JSON.stringify({ v: 1, started: longAgo, ...content }),
  );
const status = (run: string, heartbeat: string, host: string) =>
  writeFileSync(
    join(run, 'status.json'),
    JSON.stringify({ v: 1, state: 'running', step: 0, steps: 1, iteration: 0, iterations: 1, pid: 1, heartbeat, host }),
  );
const live = { exitCode: 2, message: expect.stringContaining('belongs to a run') as unknown };

describe('a run', () => {
  it('is worked on by one process after another, and every attempt is kept', async () => {
    const run = newRun();
    const first = await claimRun(run);
    await expect(claimRun(run)).rejects.toMatchObject(live);
    await first.end();
    const second = await claimRun(run);
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(readdirSync(join(run, 'attempts'))).toEqual(['0001.json', '0002.json']);
    expect(JSON.parse(readFileSync(join(run, 'attempts', '0001.json'), 'utf8'))).toMatchObject({
      ...(await thisProcess()),
      ended: expect.stringMatching(/Z$/) as unknown,
    });
    await second.withdraw();
    expect((await claimRun(run)).number).toBe(2);
  });

  it('goes to one of many that claim it at once', async () => {
    const run = newRun();
    const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimRun(run)));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const claim of claims) if (claim.status === 'rejected') expect(claim.reason).toMatchObject({ exitCode: 2 });
  });

  it('is free when its process is gone, or its number belongs to another process now', async () => {
    const run = newRun();
    attempt(run, { host: hostname(), pid: 2 ** 22 + 1 });
    await (await claimRun(run)).end();
    const started = await processStart(process.pid);
    attempt(run, { host: hostname(), pid: process.pid, processStarted: 'an earlier process' }, 3);
    // where systems do not tell when a process began, its heartbeat decides
    status(run, longAgo, hostname());
    const claim = await claimRun(run);
    expect(claim.number).toBe(4);
    attempt(run, { host: hostname(), pid: process.pid, processStarted: started }, 5);
    if (started !== undefined) await expect(claimRun(run)).rejects.toMatchObject(live);
  });

  it('of another machine is live while its heart beats', async () => {
    const run = newRun();
    attempt(run, { host: 'elsewhere', pid: process.pid });
    status(run, new Date().toISOString(), 'elsewhere');
    await expect(claimRun(run)).rejects.toMatchObject(live);
    status(run, longAgo, 'elsewhere');
    expect((await claimRun(run)).number).toBe(2);
  });

  it('is somebody’s who is just claiming it, not one’s whose claim stayed torn', async () => {
    const run = newRun();
    attempt(run, '{"v": 1, "pi');
    await expect(claimRun(run)).rejects.toMatchObject(live);
    utimesSync(join(run, 'attempts', '0001.json'), new Date(longAgo), new Date(longAgo));
    expect((await claimRun(run)).number).toBe(2);
  });
});
