/**
 * The command as people run it: a process of its own, its exit code, what it says where, and what it leaves.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../src/data/npy.ts';
import { cli, commandInFolder, distil, lastLine, type Ended } from './command.ts';

const { folder, points, images, run } = commandInFolder();

describe('dmd-lab', () => {
  it('explains itself, every command with an example', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    const ofRuns = ['distill', 'evaluate', 'export', 'runs', 'control', 'tail'];
    const commands = [...ofRuns, 'train-teacher', 'train-classifier', 'pairs', 'sample', 'doctor'];
    for (const command of commands) expect(help.stdout).toContain(`\n  ${command} `);
    const helps = await Promise.all(commands.map((command) => run([command, '--help'])));
    helps.forEach((own, i) => {
      expect(own.code).toBe(0);
      expect(own.stdout).toMatch(new RegExp(`Examples?:\\n  dmd-lab ${commands[i]}`));
      expect(own.stdout).toContain('--json');
    });
  });

  it.each([
    [['distil'], 'Did you mean distill?'],
    [['distill', '--stpes', '3'], 'Did you mean --steps?'],
    [['distill', '--set', 'stepz=3'], 'the key `stepz` is unknown. The nearest known one is `steps`'],
    [['distill', '--steps', 'many'], '`steps` is `"many"`. It must be a whole number from 1.'],
    [['distill', '--preset', 'lon'], 'There is no preset `lon`'],
    [['distill', '--teacher', 'two-mods'], 'Did you mean `two-modes`?'],
    [['distill', '--config', 'absent.dmd.json'], 'cannot be read: there is none'],
    [['doctor', '--engine', 'tensorflaw'], '`tensorflaw`'],
    [['sample', 'nowhere'], 'There is no run `nowhere`'],
    [['train-teacher', '--data', 'nowhere'], '`nowhere` is neither `mnist` nor a directory'],
    [['train-teacher', '--steps', '0'], 'It must be a whole number from 1.'],
  ])('refuses %j with exit code 2 and one sentence', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(existsSync(join(folder, '.dmd'))).toBe(false);
  });

  it('says what was wrong on stdout too, for machines', async () => {
    const ended = await run(['sample', 'nowhere', '--json']);
    expect(lastLine(ended)).toMatchObject({ error: { kind: 'usage', message: expect.any(String) as unknown } });
  });

  it('fails with exit code 1 on weights that are damaged', async () => {
    const damaged = join(folder, 'damaged.safetensors');
    writeFileSync(damaged, readFileSync(points).subarray(0, 2000));
    const { code, stderr } = await run(['distill', '--teacher', damaged]);
    expect(code).toBe(1);
    expect(stderr).toContain('`' + damaged + '`');
    expect(stderr).not.toContain('internal:');
  });

  it('tells which engine would run and why, even when nobody listens', async () => {
    const doctor = lastLine(await run(['doctor', '--json']));
    expect(doctor).toMatchObject({ engine: 'onnx', device: expect.stringContaining('CPU') as unknown });
    expect(doctor['reason']).toBeTypeOf('string');
    expect(doctor['available']).toContainEqual(expect.objectContaining({ engine: 'onnx', device: 'cpu', works: true }));
    const deaf = spawn('sh', ['-c', `"$0" "$1" doctor --json | true`, process.execPath, cli], { cwd: folder });
    let stderr = '';
    deaf.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await new Promise((resolve) => deaf.on('close', resolve));
    expect(stderr).not.toContain('EPIPE');
  });

  it('distils, says how far it is on stderr and what came of it on stdout, and samples what it made', async () => {
    const ended = await run(distil(images, '--steps', '3', '--out', 'run', '--json'));
    expect(ended.stderr).toContain('run ' + join(folder, 'run'));
    expect(ended.code).toBe(0);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(lastLine(ended)).toMatchObject({ run: join(folder, 'run'), steps: 3, engine: 'onnx', state: 'finished' });
    for (const key of ['secondsPerStep', 'speedup', 'imagesPerSecond', 'lossDm', 'lossFake', 'lossReg', 'device'])
      expect(lastLine(ended)).toHaveProperty(key);

    const again = await run(distil(images, '--out', 'run', '--quiet'));
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds a run already (`finished`') as unknown,
    });

    const array = await run(['sample', 'run', '--count', '5', '--out', 'x.npy', '--json']);
    expect(lastLine(array)).toMatchObject({ out: 'x.npy', count: 5, shape: [5, 8, 8, 3] });
    const { shape, values } = await readNpy(join(folder, 'x.npy'));
    expect([shape, values.every(Number.isFinite)]).toEqual([[5, 8, 8, 3], true]);
    const folderOfPictures = await run([
      'sample',
      'run/checkpoints/step-00000003',
      '--count',
      '5',
      '--labels',
      '1',
      '--out',
      'pictures',
    ]);
    expect(folderOfPictures.stderr).toBe('');
    expect(readdirSync(join(folder, 'pictures'))).toHaveLength(5);
    await run(['sample', 'run/generator.safetensors', '--count', '6', '--out', 'grid.png']);
    expect(PNG.sync.read(readFileSync(join(folder, 'grid.png'))).width).toBeGreaterThan(50);
    const wrong = await run(['sample', 'run', '--labels', '2']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('knows the classes 0 to 1') as unknown });
  }, 120_000);

  it('stops cleanly at Ctrl-C, and no second process takes a live run', async () => {
    let second: Promise<Ended> | undefined;
    const args = distil(points, '--steps', '1000000', '--out', 'live', '--json');
    const ended = await run(args, (stderr, child) => {
      if (second || !/distribution matching: \d+/.test(stderr)) return;
      second = run(args);
      void second.then(() => child.kill('SIGINT'));
    });
    expect(await second).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('belongs to a run that is `running`') as unknown,
    });
    expect(ended.code).toBe(130);
    const { steps, state } = lastLine(ended);
    expect(state).toBe('stopped');
    const checkpoint = `step-${String(steps).padStart(8, '0')}`;
    expect(readdirSync(join(folder, 'live', 'checkpoints'))).toEqual([checkpoint]);
    expect(JSON.parse(readFileSync(join(folder, 'live', 'status.json'), 'utf8'))).toMatchObject({ state: 'stopped' });
  }, 120_000);

  it('makes pairs once', async () => {
    const args = ['pairs', '--teacher', points, '--set', 'pairs=300', '--set', 'samplerSteps=3', '--json'];
    expect(lastLine(await run(args))).toMatchObject({ pairs: 300, made: 300, sampler: 'heun', samplerSteps: 3 });
    expect(lastLine(await run(args))).toMatchObject({ pairs: 300, made: 0 });
  });

  it('trains a teacher that can be distilled, and goes on with it', async () => {
    const data = join(folder, 'data');
    for (const [name, shade] of [
      ['dark', 20],
      ['light', 230],
    ] as const) {
      mkdirSync(join(data, name), { recursive: true });
      const png = new PNG({ width: 8, height: 8 });
      png.data.fill(shade);
      writeFileSync(join(data, name, 'a.png'), PNG.sync.write(png));
    }
    const args = [
      'train-teacher',
      '--data',
      data,
      '--classes',
      '--channels',
      '8,8',
      '--blocks',
      '1,1',
      '--out',
      'own.safetensors',
    ];
    const small = ['--batch-size', '4', '--threads', '1', '--json'];
    expect(lastLine(await run([...args, ...small, '--steps', '3']))).toMatchObject({ steps: 3, images: 2 });
    const resumed = await run([...args, ...small, '--steps', '5', '--resume']);
    expect(lastLine(resumed)).toMatchObject({ out: 'own.safetensors', steps: 5, loss: expect.any(Number) as unknown });
    const distilled = await run(distil('own.safetensors', '--steps', '1', '--out', 'from-own', '--json'));
    expect(lastLine(distilled)).toMatchObject({ teacher: 'own', steps: 1 });
  }, 120_000);
});
