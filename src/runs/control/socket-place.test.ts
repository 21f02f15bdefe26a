import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { controls } from '../../../test/counting-run.ts';
import { Config } from '../../distillation/config.ts';
import type { ControlHandler } from '../contract.ts';
import { RunDirectory } from '../directory/directory.ts';
import { openControl } from './server.ts';

const { folder, newPath, newRun, connect, after } = controls();

describe('the place of the socket', () => {
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it('is short, hashed and for the user alone', async () => {
    const run = await newRun();
    expect(run.control.path).toMatch(/\/dmd-lab\/[0-9a-f]{16}\.sock$/);
    expect(Buffer.byteLength(run.control.path)).toBeLessThan(100);
    expect(modeOf(dirname(run.control.path))).toBe('700');
    expect(modeOf(run.directory.file('control.json'))).toBe('600');
    const { token, ...address } = await run.address();
    expect(address).toEqual({ v: 1, path: run.control.path, pid: process.pid });
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it('is taken over from a dead run, and left to whatever else is there', async () => {
    const path = newPath();
    const first = await newRun(path);
    const socketPath = first.control.path;
    await first.control.close();
    rmSync(path, { recursive: true });
    // a process that was killed leaves its socket
    const left = createServer().listen(socketPath);
    await once(left, 'listening');
    const aside = `${socketPath}.aside`;
    renameSync(socketPath, aside);
    await promisify(left.close.bind(left))();
    renameSync(aside, socketPath);
    expect(lstatSync(socketPath).isSocket()).toBe(true);
    const second = await newRun(path);
    expect(second.control.path).toBe(socketPath);

    const third = await newRun();
    const foreign = third.control.path;
    await third.control.close();
    writeFileSync(foreign, 'mine');
    symlinkSync(foreign, foreign.replace('.sock', '-1.sock'));
    mkdirSync(foreign.replace('.sock', '-2.sock'));
    await third.openControl();
    expect(basename(third.control.path)).toBe(basename(foreign).replace('.sock', '-3.sock'));
    expect(readFileSync(foreign, 'utf8')).toBe('mine');
    await (await connect(third)).send({ type: 'pause' });
  });

  it('is refused where others could reach it', async () => {
    const directory = await RunDirectory.create(Config.parse({ teacher: 'ring', steps: 3 }), newPath());
    after(() => directory.close('stopped'));
    const open = () =>
      openControl({
        directory: directory.path,
        handle: (() => Promise.reject(new Error('not asked'))) as ControlHandler,
        place: () => ({ state: 'running', iteration: 0, step: 0 }),
        onEvent: () => undefined,
      });
    const [xdg, tmp] = [process.env['XDG_RUNTIME_DIR'], process.env['TMPDIR']];
    after(() => {
      process.env['XDG_RUNTIME_DIR'] = xdg;
      if (tmp === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = tmp;
    });
    delete process.env['XDG_RUNTIME_DIR'];
    process.env['TMPDIR'] = join(folder, 'tmp');
    const place = join(folder, 'tmp', `dmd-lab-${process.getuid!()}`);
    mkdirSync(place, { recursive: true });
    chmodSync(place, 0o777);
    await expect(open()).rejects.toThrow(`others may use \`${place}\`, its mode is \`777\`; it must be \`700\``);
    rmSync(place, { recursive: true });
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), place);
    await expect(open()).rejects.toMatchObject({
      name: 'DmdError',
      kind: 'failure',
      message: expect.stringContaining(`\`${place}\` is no folder`) as unknown,
    });
    process.env['TMPDIR'] = join(folder, 'x'.repeat(90));
    await expect(open()).rejects.toThrow('is too long; set `TMPDIR` to a shorter one');
    expect(existsSync(directory.file('control.json'))).toBe(false);
  });

  it('is never told through a link that lies in the run directory', async () => {
    const run = await newRun();
    await run.control.close();
    const precious = join(folder, 'precious.json');
    writeFileSync(precious, '"mine"');
    symlinkSync(precious, run.directory.file('control.json'));
    await run.openControl();
    expect(readFileSync(precious, 'utf8')).toBe('"mine"');
    expect(lstatSync(run.directory.file('control.json')).isFile()).toBe(true);
  });
});
