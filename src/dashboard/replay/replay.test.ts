import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { at, lineOf, longRun, startedEvent, stepEvent, writeRun } from '../../../test/recorded-run.ts';
import type { RunEventContent } from '../../runs/contract.ts';
import { decodeFrame } from '../framing.ts';
import type { Recording } from './recording.ts';
import { writeReplay } from './replay.ts';
import { thinned } from './thinning.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const page = {
  template: '<html><head>{{head}}{{style}}</head>{{script}}</html>',
  script: Buffer.from('"</script><!--"'),
  style: Buffer.from('body {}'),
};

async function replayOf(run: string) {
  const path = join(folder, 'replay.html');
  const { bytes, leftOut } = await writeReplay(run, path, page);
  const html = readFileSync(path, 'utf8');
  const [, base64] = /id="dmd-lab-recording">([A-Za-z0-9+/=]*)<\/script>/.exec(html)!;
  const { message, buffers } = decodeFrame(gunzipSync(Buffer.from(base64!, 'base64')));
  return { html, bytes, leftOut, recording: message as Recording, buffers };
}

const samples = (iteration: number, of: 'oneStep' | 'teacher' = 'oneStep'): RunEventContent => ({
  type: 'samples',
  of,
  iteration,
  image: `images/${of}-${iteration}.png`,
  count: 1,
  columns: 1,
  scale: 1,
});

describe('a replay', () => {
  it('holds the history and the files that it names, and nothing of this machine', async () => {
    const events = [startedEvent(), samples(0, 'teacher'), stepEvent(1), samples(1), stepEvent(2)];
    const run = writeRun(
      join(folder, 'my run'),
      events.map((event, i) => lineOf(at(i, event))),
    );
    mkdirSync(join(run, 'images'));
    writeFileSync(join(run, 'images', 'oneStep-1.png'), 'picture');
    writeFileSync(join(run, 'notes.json'), JSON.stringify({ v: 1, name: '</script><b>', tags: [], notes: '' }));
    mkdirSync(join(run, 'checkpoints', 'step-00000002'), { recursive: true });
    const { html, recording, buffers, leftOut } = await replayOf(run);
    expect(leftOut).toBeUndefined();
    expect(recording.head).toMatchObject({ run: 'my run', path: 'my run', live: false, status: { host: '', pid: 0 } });
    expect(recording.checkpoints).toEqual([2]);
    expect(recording.history.flatMap(({ events }) => events).map(({ type }) => type)).toEqual([
      'started',
      'samples',
      'samples',
    ]);
    const iterations = recording.history.flatMap((part) => [...new Float32Array(buffers[part.buffers[0]!] ?? [])]);
    expect(iterations).toEqual([1, 2]);
    expect(Object.keys(recording.files)).toEqual(['images/oneStep-1.png']);
    expect(Buffer.from(buffers[recording.files['images/oneStep-1.png']!]!).toString()).toBe('picture');
    expect(JSON.stringify(recording)).not.toContain(folder);
    // nothing of the run stands in it as it is, and the script ends where it ends
    expect(html).not.toContain('<b>');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).toContain(String.raw`"\x3c/script>\x3c!--"</script>`);
    expect(html).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-[\w-]+'/);
    expect(html).not.toMatch(/https?:/);
  });

  it('of a long run leaves out some of it, says what, and stays small', async () => {
    const run = writeRun(join(folder, 'long'), longRun(200_000));
    mkdirSync(join(run, 'images'));
    const lines = ['\n'];
    for (let i = 0; i < 30; i++) {
      // random bytes do not get smaller
      writeFileSync(join(run, 'images', `oneStep-${i}.png`), crypto.getRandomValues(Buffer.alloc(60_000)));
      for (let k = 0; k < 9; k++) lines.push(lineOf(at(i, { ...samples(i), columns: k } as RunEventContent)));
    }
    writeFileSync(join(run, 'events.jsonl'), lines.join(''), { flag: 'a' });
    const { bytes, leftOut, recording, buffers } = await replayOf(run);
    expect(bytes).toBeLessThan(20e6);
    expect(leftOut).toMatch(
      /^To keep this file small, it holds 1 in \d of 200000 steps, 68 of 270 `samples` events\.$/,
    );
    const steps = recording.history.flatMap((part) => [...new Float32Array(buffers[part.buffers[0]!] ?? [])]);
    expect(steps.length).toBeGreaterThan(40_000);
    const strides = new Set(steps.slice(1).map((step, i) => step - steps[i]!));
    expect(strides.size).toBe(1);
  });

  it('thins to what fits, always with the last', () => {
    const items = [1, 2, 3, 4, 5, 6, 7];
    expect(thinned(items, () => 1, 7)).toEqual(items);
    expect(thinned(items, () => 1, 6)).toEqual([1, 3, 5, 7]);
    expect(thinned(items, () => 1, 2)).toEqual([3, 7]);
    expect(thinned(items, () => 1, 0)).toEqual([7]);
    expect(thinned([], () => 1, 0)).toEqual([]);
  });
});
