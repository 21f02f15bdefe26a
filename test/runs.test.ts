/**
 * `dmd-lab runs` as people run it: what it lists, shows, keeps and takes away, and what it leaves alone.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandInFolder, distil, lastLine, type Ended } from './command.ts';

const { folder, points, images, run } = commandInFolder();
const runs = join(folder, '.dmd', 'runs');

/** A run that goes on until `work`, done while it does, has ended; then `signal` ends it. */
async function whileRunning(name: string, signal: NodeJS.Signals, work: () => Promise<void> = () => Promise.resolve()) {
  let done: Promise<void> | undefined;
  const ended = await run(distil(points, '--steps', '1000000', '--out', `.dmd/runs/${name}`), (stderr, child) => {
    if (!/distribution matching: \d+/.test(stderr)) return;
    done ??= work().finally(() => child.kill(signal));
  });
  await done;
  return ended;
}

/** A finished run, one that was killed, one whose status is damaged, and what is no run. */
beforeAll(async () => {
  const settings = ['--steps', '2', '--set', 'lambdaReg=0.5', '--out', '.dmd/runs/first'];
  expect(await run(distil(images, ...settings))).toMatchObject({ code: 0 });
  expect(await whileRunning('killed', 'SIGKILL')).toMatchObject({ code: null });
  cpSync(join(runs, 'first'), join(runs, 'broken'), { recursive: true });
  writeFileSync(join(runs, 'broken', 'status.json'), '{"v":1,');
  ['first', 'killed', 'broken'].forEach((name, day) =>
    utimesSync(join(runs, name, 'config.json'), new Date(), new Date(2026, 0, 1 + day)),
  );
  mkdirSync(join(runs, 'no-run'));
  symlinkSync(join(runs, 'first'), join(runs, 'a-link'), 'dir');
}, 240_000);

describe('dmd-lab runs', () => {
  it('lists runs, the newest first, and takes a dead one for no live one', async () => {
    const ended = await run(['runs', '--json']);
    const listed = JSON.parse(ended.stdout) as Record<string, unknown>[];
    expect(listed.map(({ name, state }) => [name, state])).toEqual([
      ['broken', 'unreadable'],
      ['killed', 'interrupted'],
      ['first', 'finished'],
    ]);
    expect(listed.at(-1)).toMatchObject({ teacher: 'images', step: 2, steps: 2, engine: 'onnx', tags: [] });
    const { stdout, code } = await run(['runs']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run +teacher +state/);
    expect(stdout).toMatch(/\nkilled +points +interrupted +\d+\/1000000 /);
  });

  it('lists another directory, and says when there are none', async () => {
    mkdirSync(join(folder, 'studies'));
    expect(await run(['runs', '--dir', 'studies'])).toMatchObject({ code: 0, stdout: 'no runs in studies\n' });
    expect(await run(['runs', '--dir', 'nowhere', '--quiet'])).toMatchObject({
      code: 2,
      stderr: 'error: There is no directory `nowhere`. Give one that holds run directories.\n',
    });
  });

  it('shows one with its settings where they differ from a preset', async () => {
    const shown = await run(['runs', 'show', 'first']);
    expect(shown.stdout).toMatch(/ {2}batchSize +4 +\(32\)/);
    expect(shown.stdout).toMatch(/ {2}lambdaReg +0\.5 +\(1\)/);
    expect(shown.stdout).toMatch(/checkpoints +2 \(\d/);
    const details = lastLine(await run(['runs', 'show', '.dmd/runs/first', '--json']));
    expect(details).toMatchObject({
      name: 'first',
      configuration: { preset: 'quick' },
      checkpoints: [{ iteration: 2 }],
    });
    expect(details['bytes']).toBeGreaterThan(10_000);
    const broken = await run(['runs', 'show', 'broken']);
    expect(broken).toMatchObject({ code: 0, stdout: expect.stringContaining('unreadable') as unknown });
  });

  it('keeps a title, tags and notes', async () => {
    expect(lastLine(await run(['runs', 'tag', 'killed', 'good', 'slides', 'good', '--json']))).toEqual({
      tags: ['good', 'slides'],
    });
    await run(['runs', 'tag', 'killed', 'slides', '--remove']);
    await run(['runs', 'rename', 'killed', ' Half the pairs ']);
    await run(['runs', 'note', 'killed', 'no better\nthan before']);
    const { stdout } = await run(['runs', 'show', 'killed']);
    expect(stdout).toMatch(/title +Half the pairs\ntags +good\n/);
    expect(stdout).toContain('no better\nthan before');
    expect((await run(['runs'])).stdout).toContain('killed (Half the pairs)');
    const tooLong = await run(['runs', 'rename', 'killed', 'x'.repeat(201)]);
    expect(tooLong).toMatchObject({ code: 2, stderr: expect.stringContaining('at most 200') as unknown });
    writeFileSync(join(runs, 'first', 'notes.json'), 'somebody else’s');
    expect((await run(['runs', 'tag', 'first', 'x'])).code).toBe(1);
    expect(readFileSync(join(runs, 'first', 'notes.json'), 'utf8')).toBe('somebody else’s');
  });

  it.each([
    [['runs', 'shwo', 'first'], 'There is no command `runs shwo`. Did you mean `runs show`?'],
    [['runs', 'show', 'absent'], '`absent`'],
    [['runs', 'rm', 'a-link'], 'is a link'],
    [['runs', 'rm', '.dmd/runs/no-run'], 'is no run directory'],
    [['runs', 'rm'], "missing required argument 'run'"],
  ])('refuses %j and takes nothing away', async (args, message) => {
    const before = readdirSync(runs);
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(runs)).toEqual(before);
  });

  it('moves runs to the trash, or deletes them when told so', async () => {
    const moved = await run(['runs', 'rm', 'killed', '--json']);
    expect(moved).toMatchObject({ code: 0, stderr: `moved ${join(runs, 'killed')} to the trash\n` });
    expect(lastLine(moved)).toEqual({ removed: [join(runs, 'killed')], to: 'trash' });
    expect(existsSync(join(runs, 'killed'))).toBe(false);
    // elsewhere, the trash of another disk or system has it
    if (process.platform === 'linux' && statSync(folder).dev === statSync(homedir()).dev) {
      const trash = join(folder, 'data-home', 'Trash', 'files');
      expect(readdirSync(trash).map((name) => existsSync(join(trash, name, 'config.json')))).toEqual([true]);
    }
    expect((await run(['runs', 'rm', 'broken', '--permanently'])).stderr).toBe(`deleted ${join(runs, 'broken')}\n`);
    expect(readdirSync(runs).sort()).toEqual(['a-link', 'first', 'no-run']);
  });

  it('leaves a live run alone, and those named with it', async () => {
    let [listed, refused]: Ended[] = [];
    await whileRunning('live', 'SIGINT', async () => {
      listed = await run(['runs']);
      refused = await run(['runs', 'rm', 'first', 'live', '--permanently']);
    });
    expect(listed!.stdout).toMatch(/\nlive +points +running +\d+\/1000000 /);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('`running`') as unknown });
    expect(readdirSync(runs)).toEqual(expect.arrayContaining(['first', 'live']));
  }, 120_000);
});
