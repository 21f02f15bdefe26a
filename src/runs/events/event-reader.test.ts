import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  createWriteStream,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleScript } from '../../../test/bundle-script.ts';
import type { RunEvent } from '../contract.ts';
import { LONGEST_LINE } from '../files/lines.ts';
import { followEvents, readEvents, readHistory, readPlacedEvents } from './event-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-events-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = () => join(folder, `${files++}.jsonl`);

const time = '2026-11-05T14:03:22.000Z';
const warning = (message: string, v = 1) => JSON.stringify({ v, time, type: 'warning', message }) + '\n';
const step = (iteration: number, more: object = {}) =>
  JSON.stringify({ v: 1, time, type: 'step', iteration, phase: 'matching', step: iteration, seconds: 0.1, ...more }) +
  '\n';
const started = (iteration: number) =>
  JSON.stringify({ v: 1, time, type: 'started', iteration, iterations: 9, config: {}, teacher: {}, layers: {} }) + '\n';
const checkpoint = (iteration: number) =>
  JSON.stringify({ v: 1, time, type: 'checkpoint', iteration, path: 'checkpoints/x' }) + '\n';

const brief = (event: RunEvent) =>
  event.type === 'warning' ? event.message : `${event.type} ${'iteration' in event ? event.iteration : ''}`.trim();
async function all(events: AsyncIterable<RunEvent>): Promise<string[]> {
  const found: string[] = [];
  for await (const event of events) found.push(brief(event));
  return found;
}

describe('reading events', () => {
  it('passes over what is torn, foreign, too long or of a later version', async () => {
    const path = newPath();
    const lines = [
      warning('first'),
      '{"v":1,"time":"2026-11-05T14:0\n',
      '\n',
      'null\n[1,2]\n"text"\n17\n{}\n',
      '{"v":1,"type":"warning","message":"without a time"}\n',
      '{"v":1,"time":"t","type":"step","iteration":"many"}\n',
      '{"v":1,"time":"t","type":"finished","summary":null}\n',
      '{"v":1,"time":"t","type":"toString"}\n',
      '{"v":1,"time":"t","type":"of a later minor version"}\n',
      warning('minor', 1.25),
      warning('major', 2),
      warning('major', 3),
      warning('x'.repeat(LONGEST_LINE)),
      warning('x'.repeat(LONGEST_LINE - 1000)).replaceAll('x', 'y'),
      warning('crlf').replace('\n', '\r\n'),
      warning('grüße'),
    ];
    writeFileSync(path, lines.join(''));
    appendFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
    appendFileSync(path, warning('last').slice(0, -1));
    const newer: number[] = [];
    const found = await all(readEvents(path, { onNewer: ({ v }) => newer.push(v) }));
    expect(found.map((text) => text.slice(0, 10))).toEqual(['first', 'minor', 'yyyyyyyyyy', 'crlf', 'grüße', 'last']);
    expect(newer).toEqual([2]);
  });

  it('tells where in the file each event ends', async () => {
    const path = newPath();
    writeFileSync(path, warning('é') + 'foreign\n' + warning('b'));
    const ends: number[] = [];
    for await (const { end } of readPlacedEvents(path)) ends.push(end);
    const first = Buffer.byteLength(warning('é'));
    expect(ends).toEqual([first, first + 8 + warning('b').length]);
  });

  it('finds nothing where nothing is, and says so where a folder is', async () => {
    expect(await all(readEvents(newPath()))).toEqual([]);
    await expect(all(readEvents(folder))).rejects.toMatchObject({
      name: 'DmdError',
      message: expect.stringContaining(`\`${folder}\` cannot be read`) as unknown,
    });
  });

  it('reads beyond 2 GB of what is not ours', async () => {
    const path = newPath();
    writeFileSync(path, started(0) + step(1));
    // zeros that take no room on the disk
    truncateSync(path, 2 ** 31);
    appendFileSync(path, '\n' + step(2));
    const found: [string, boolean][] = [];
    for await (const { event, end } of readPlacedEvents(path)) found.push([event.type, end > 2 ** 31]);
    expect(found).toEqual([
      ['started', false],
      ['step', false],
      ['step', true],
    ]);
  }, 180_000);

  it('needs no memory for 200,000 events, nor for a line without an end', async () => {
    const path = newPath();
    const out = createWriteStream(path);
    out.write(started(0));
    const portion = Array.from({ length: 1000 }, (_, i) => step(i + 1, { note: 'x'.repeat(200) })).join('');
    for (let i = 0; i < 100; i++) out.write(portion);
    for (let i = 0; i < 48; i++) out.write(Buffer.alloc(2 ** 20, 'x'));
    out.write('\n');
    for (let i = 0; i < 100; i++) out.write(portion);
    await new Promise<void>((resolve) => out.end(resolve));

    const script = join(folder, 'count.mjs');
    bundleScript(
      script,
      `import { readEvents, readHistory } from './event-reader.ts';
        for (const read of [readEvents, readHistory]) {
          let count = 0;
          for await (const event of read(process.argv[2])) count++;
          console.log(count);
        }`,
      'src/runs/events',
    );
    // the events take some 100 MB as objects
    const printed = execFileSync(process.execPath, ['--max-old-space-size=24', script, path], { encoding: 'utf8' });
    expect(printed).toBe('200001\n200001\n');
  }, 120_000);
});

describe('following events', () => {
  it('gives what is there and what comes, each once, in whatever pieces it is written', async () => {
    const path = newPath();
    const seen: string[] = [];
    let isOver = false;
    const following = (async () => {
      for await (const event of followEvents(path, { hasEnded: () => Promise.resolve(isOver) }))
        seen.push(brief(event));
    })();
    await setTimeout(50);
    const text = Array.from({ length: 300 }, (_, i) => warning(`ü${i}`)).join('');
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += 1777) {
      appendFileSync(path, bytes.subarray(i, i + 1777));
      await setTimeout(10);
    }
    appendFileSync(path, warning('last'));
    isOver = true;
    await following;
    expect(seen).toEqual([...Array.from({ length: 300 }, (_, i) => `ü${i}`), 'last']);
  });

  it('begins where it is told, and again when the file is cut short or replaced', async () => {
    const path = newPath();
    writeFileSync(path, warning('old') + warning('older'));
    const stop = new AbortController();
    const seen: string[] = [];
    const heard = async (message: string) => {
      while (seen.at(-1) !== message) await setTimeout(10);
    };
    const following = (async () => {
      const from = warning('old').length;
      for await (const event of followEvents(path, { from, signal: stop.signal })) seen.push(brief(event));
    })();
    await heard('older');
    truncateSync(path);
    await setTimeout(500);
    appendFileSync(path, warning('new'));
    await heard('new');
    const other = newPath();
    writeFileSync(other, warning('another file that is longer than it was') + warning('end'));
    renameSync(other, path);
    await heard('end');
    stop.abort();
    await following;
    expect(seen).toEqual(['older', 'new', 'another file that is longer than it was', 'end']);
  });
});

describe('the history of a run', () => {
  it('leaves out what a resumed run has taken back', async () => {
    const path = newPath();
    const told = [
      started(0),
      step(1),
      step(2),
      checkpoint(2),
      step(3),
      step(4),
      warning('kept'),
      // resumed from 2, from 3, and then from 1
      started(2),
      step(3),
      step(4),
      started(3),
      step(4),
      started(1),
      step(2),
      '{"v":1,"time":"torn',
      '\n',
      step(3),
    ];
    writeFileSync(path, told.join(''));
    expect(await all(readHistory(path))).toEqual(['started 0', 'step 1', 'kept', 'started 1', 'step 2', 'step 3']);
  });

  it('is all there is when nothing was resumed', async () => {
    const path = newPath();
    writeFileSync(path, started(0) + step(1) + step(2));
    expect(await all(readHistory(path))).toEqual(['started 0', 'step 1', 'step 2']);
    expect(await all(readHistory(newPath()))).toEqual([]);
  });
});
