import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../../src/dashboard/framing.ts';
import { recordRun } from '../../../src/dashboard/replay/record-run.ts';
import { at, lineOf, startedEvent, stepEvent, writeRun } from '../../../test/recorded-run.ts';
import { HostClient, type Told } from '../host-client.ts';
import { RunModel } from '../run-model.ts';
import { replayTransport } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-replay-page-'));
let element: HTMLElement;
beforeAll(async () => {
  const events = [startedEvent(), stepEvent(1), stepEvent(2), startedEvent(1), stepEvent(2)];
  const run = writeRun(join(folder, 'run'), [
    ...events.map((event, i) => lineOf(at(i, event))),
    lineOf(
      at(9, { type: 'samples', iteration: 2, of: 'oneStep', image: 'images/2.png', count: 1, columns: 1, scale: 1 }),
    ),
  ]);
  mkdirSync(join(run, 'images'));
  writeFileSync(join(run, 'images', '2.png'), 'picture');
  const frame = gzipSync(encodeFrame(await recordRun(run)));
  element = { textContent: frame.toString('base64') } as HTMLElement;
});
afterAll(() => rmSync(folder, { recursive: true }));

function open(from = element) {
  const told: Told[] = [];
  let model: RunModel | undefined;
  const client = new HostClient(
    replayTransport(from),
    ({ message, buffers }) => {
      told.push(message);
      if (message.type === 'history') model?.takeHistory(message, buffers);
    },
    () => undefined,
  );
  return { client, told, watch: (opened: RunModel) => (model = opened) };
}

describe('a replay in the page', () => {
  it('tells what was recorded, as a host would', async () => {
    const { client, told, watch } = open();
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(told[0]).toMatchObject({ type: 'welcome', host: 'replay', canStart: false, show: 'run' });
    const opening = client.ask('open', { run: 'run' });
    const model = watch(new RunModel({ run: 'run' } as never, 0));
    expect((await opening).ok).toMatchObject({ run: 'run', live: false });
    expect([...model.steps.get('iteration')]).toEqual([1, 2]);
    expect([...model.steps.get('time')]).toEqual([1, 4]);
    expect(model.complete.value).toBe(true);
    for (let i = 0; i < 2; i++) {
      const { buffers } = await client.ask('file', { run: 'run', path: 'images/2.png' });
      expect(Buffer.from(buffers[0]!).toString()).toBe('picture');
      // the page may give what it was given away
      structuredClone(buffers[0], { transfer: [buffers[0]!] });
    }
  });

  it('refuses what it does not hold and cannot do', async () => {
    const { client } = open();
    await expect(client.ask('file', { run: 'run', path: 'toString' })).rejects.toThrow('does not hold `toString`');
    await expect(client.ask('open', { run: 'other' })).rejects.toThrow('another run');
    const asked = client.ask('control', { run: 'run', message: { type: 'pause' } });
    await expect(asked).rejects.toThrow('A replay only shows.');
  });

  it('says that it cannot be read when it is damaged', async () => {
    const { told } = open({ textContent: element.textContent.slice(0, -40) } as HTMLElement);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(told[0]).toMatchObject({ type: 'problem', message: expect.stringContaining('cannot be read') as string });
  });
});
