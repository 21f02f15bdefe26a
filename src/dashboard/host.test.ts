import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { HostError, HostClient, type Told } from '../../media/dashboard/host-client.ts';
import { RunModel } from '../../media/dashboard/run-model.ts';
import { controls } from '../../test/counting-run.ts';
import { at, lineOf, longRun, startedEvent, stepEvent, writeRun, writeStatus } from '../../test/recorded-run.ts';
import { failure } from '../errors.ts';
import type { RunEvent } from '../runs/contract.ts';
import { processStart } from '../runs/directory/process-identity.ts';
import { Helper } from './helper/helper.ts';
import { serveHost, type HostOptions } from './host.ts';
import { KnownRuns } from './known-runs.ts';
import type { Envelope, HostMessage, HostTransport, PageMessage, PageTransport } from './protocol.ts';

const { folder, newPath, newRun, after } = controls();

/** Both ends of a transport, whose messages cross as structured clones. */
function transports(): { page: PageTransport; host: HostTransport; sent: Envelope<HostMessage>[] } {
  const sent: Envelope<HostMessage>[] = [];
  const [toPage, toHost]: [Set<(e: Envelope<HostMessage>) => void>, Set<(e: Envelope<PageMessage>) => void>] = [
    new Set(),
    new Set(),
  ];
  const closing = new Set<(reason: string) => void>();
  const close = (): void => {
    for (const listener of closing) listener('closed');
    closing.clear();
  };
  const host: HostTransport = {
    send: (message, buffers = []) => {
      const envelope = structuredClone({ message, buffers });
      sent.push(envelope);
      for (const listener of toPage) listener(envelope);
    },
    onMessage: (listener) => toHost.add(listener),
    onClose: (listener) => closing.add(listener),
    close,
  };
  const page: PageTransport = {
    send: (message, buffers = []) => {
      for (const listener of toHost) listener(structuredClone({ message, buffers }));
    },
    onMessage: (listener) => toPage.add(listener),
    onClose: (listener) => closing.add(listener),
    close,
  };
  return { page, host, sent };
}

const options = (more: Partial<HostOptions> = {}): HostOptions => ({
  kind: 'browser',
  runs: new KnownRuns(folder),
  helper: new Helper(),
  replay: () => Promise.reject(failure('no replay')),
  ...more,
});

/** A page that keeps what it is told, in a model of the run that it opens. */
async function openPage(more: Partial<HostOptions> = {}) {
  const { page, host, sent } = transports();
  const told: Told[] = [];
  let model: RunModel | undefined;
  serveHost(host, options(more));
  const client = new HostClient(
    page,
    ({ message, buffers }) => {
      told.push(message);
      if (message.type === 'history') model?.takeHistory(message, buffers);
      if (message.type === 'events') model?.takeEvents(message.events);
    },
    () => undefined,
  );
  after(() => page.close());
  await vi.waitFor(() => expect(told.map(({ type }) => type)).toContain('welcome'));
  const open = async (run: string): Promise<RunModel> => {
    // its history comes right behind the answer
    const opening = client.ask('open', { run });
    const { ok } = await opening;
    model = new RunModel(ok, 0);
    for (const { message, buffers } of sent.filter(({ message }) => 'run' in message && message.run === run)) {
      if (message.type === 'history') model.takeHistory(message, buffers);
    }
    return model;
  };
  const of = <Type extends Told['type']>(type: Type) =>
    told.filter((message): message is Extract<Told, { type: Type }> => message.type === type);
  return { client, page, told, of, open };
}

const append = (run: string, event: RunEvent): void => appendFileSync(join(run, 'events.jsonl'), lineOf(event));
const iterations = (model: RunModel): number[] => [...model.steps.get('iteration')];

describe('the greeting', () => {
  it('tells nothing before hello, and hangs up', async () => {
    const { page, host, sent } = transports();
    const log = vi.fn();
    const closed = vi.fn();
    page.onClose(closed);
    serveHost(host, options({ log }));
    page.send({ type: 'runs', id: 1 });
    page.send({ type: 'hello', v: 1 });
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
    expect(sent.map(({ message }) => message)).toEqual([
      { type: 'problem', message: 'A page must say `hello` first.' },
    ]);
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('refuses another version in a sentence, and does nothing for it', async () => {
    const { page, host, sent } = transports();
    const start = vi.fn();
    serveHost(host, options({ start }));
    page.send({ type: 'hello', v: 2 });
    page.send({ type: 'start', id: 1, config: {} });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]!.message).toEqual({
      type: 'problem',
      message: 'This page speaks version `2` of the protocol, and its host version 1. Load the page again.',
    });
    expect(start).not.toHaveBeenCalled();
  });

  it('comes before the answer to what is asked right behind hello', async () => {
    const { page, host, sent } = transports();
    serveHost(host, options());
    after(() => page.close());
    page.send({ type: 'hello', v: 1 });
    page.send({ type: 'close', id: 1, run: 'none' });
    await vi.waitFor(() => expect(sent.length).toBeGreaterThanOrEqual(2));
    expect(sent.slice(0, 2).map(({ message }) => message.type)).toEqual(['welcome', 'reply']);
  });

  it('steers and computes nothing where the host refuses, and shows all the same', async () => {
    const run = writeRun(newPath(), [lineOf(at(0, startedEvent()))]);
    let refusal: string | undefined = 'Not trusted.';
    const { client } = await openPage({ refusal: () => refusal });
    await client.ask('open', { run });
    const stop = () => client.ask('control', { run, message: { type: 'stop' } });
    await expect(stop()).rejects.toThrow('Not trusted.');
    await expect(client.ask('generate', { run, seed: 0, count: 1 })).rejects.toThrow('Not trusted.');
    refusal = undefined;
    await expect(stop()).rejects.not.toThrow('Not trusted.');
  });

  it('says which runs there are, which to show and to lay over, and when that changes', async () => {
    const [one, two] = [writeRun(newPath(), []), writeRun(newPath(), [])];
    const { of } = await openPage({ show: [one, two] });
    expect(of('welcome')[0]).toMatchObject({ host: 'browser', canStart: false, show: one, overlay: [two] });
    expect(of('welcome')[0]!.runs.map(({ path }) => path)).toEqual(expect.arrayContaining([one, two]));
    const three = writeRun(newPath(), []);
    await vi.waitFor(
      () =>
        expect(
          of('runs')
            .at(-1)
            ?.runs.map(({ path }) => path),
        ).toContain(three),
      10_000,
    );
  });

  it('goes on where the list of runs cannot be read, and says why', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const log = vi.fn();
    const { of } = await openPage({ runs: new KnownRuns(file), log });
    expect(of('welcome')[0]!.runs).toEqual([]);
    expect(log).toHaveBeenCalledWith(expect.stringContaining(`The runs in \`${file}\` cannot be read`));
  });
});

describe('an open run', () => {
  it('is told from its first event on, and then as it goes, each event once', async () => {
    const run = writeRun(
      newPath(),
      [startedEvent(), stepEvent(1), stepEvent(2)].map((e, i) => lineOf(at(i, e))),
    );
    const { open, of } = await openPage();
    const model = await open(run);
    expect(model.head.value).toMatchObject({ run, path: run, live: false, status: { state: 'finished' } });
    await vi.waitFor(() => expect(model.complete.value).toBe(true));
    for (let i = 3; i <= 50; i++) append(run, at(i, stepEvent(i)));
    append(run, at(51, { type: 'warning', message: '<img src=x onerror=alert(1)>' }));
    await vi.waitFor(() => expect(model.events('warning').value).toHaveLength(1), 5_000);
    expect(iterations(model)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    // markup is a text like any other
    expect(model.events('warning').value[0]!.message).toBe('<img src=x onerror=alert(1)>');
    expect(of('events').length).toBeLessThan(49);
    // a resumed run takes back what it had told
    append(run, at(60, startedEvent(40)));
    append(run, at(61, stepEvent(41)));
    await vi.waitFor(() => expect(iterations(model).at(-1)).toBe(41), 5_000);
    expect(iterations(model)).toHaveLength(41);
  });

  it('waits for the rest of a torn line', async () => {
    const whole = lineOf(at(1, stepEvent(1)));
    const run = writeRun(newPath(), [lineOf(at(0, startedEvent())), whole.slice(0, 50)]);
    const { open } = await openPage();
    const model = await open(run);
    await vi.waitFor(() => expect(model.complete.value).toBe(true));
    expect(model.steps.length).toBe(0);
    appendFileSync(join(run, 'events.jsonl'), whole.slice(50));
    await vi.waitFor(() => expect(iterations(model)).toEqual([1]), 5_000);
  });

  it('holds 200,000 steps', async () => {
    const run = writeRun(newPath(), longRun(200_000));
    const { open } = await openPage();
    const model = await open(run);
    await vi.waitFor(() => expect(model.complete.value).toBe(true), 60_000);
    expect(model.steps.length).toBe(200_000);
    expect(model.events('layers').value).toHaveLength(200);
    expect(model.steps.get('lossReg').every((value) => value === 0.25)).toBe(true);
  });

  it('says once that there are events of a newer version', async () => {
    const newer = lineOf({ ...at(1, stepEvent(1)), v: 2 });
    const run = writeRun(newPath(), [lineOf(at(0, startedEvent())), newer, newer]);
    const { open, of } = await openPage();
    const model = await open(run);
    appendFileSync(join(run, 'events.jsonl'), newer + lineOf(at(2, stepEvent(1))));
    await vi.waitFor(() => expect(iterations(model)).toEqual([1]), 5_000);
    expect(of('problem').map(({ message }) => message)).toEqual([expect.stringContaining('events of version `2`')]);
  });

  it('is told to two pages alike, and steered by both', async () => {
    const run = await newRun();
    const { path } = run.directory;
    const pages = [await openPage(), await openPage()];
    const models = await Promise.all(pages.map(({ open }) => open(path)));
    const [one, two] = pages.map(({ client }) => client);
    expect((await one!.ask('control', { run: path, message: { type: 'pause' } })).ok).toMatchObject({
      state: 'paused',
    });
    await two!.ask('control', { run: path, message: { type: 'step' } });
    await one!.ask('control', { run: path, message: { type: 'step' } });
    for (const model of models) await vi.waitFor(() => expect(iterations(model)).toEqual([1, 2]), 5_000);
    const refused = two!.ask('control', { run: path, message: { type: 'evaluate' } });
    await expect(refused).rejects.toThrow('something broke');
    // the first goes, the second stays
    pages[0]!.page.close();
    run.step();
    await vi.waitFor(() => expect(iterations(models[1]!)).toEqual([1, 2, 3]), 5_000);
    expect(iterations(models[0]!)).toEqual([1, 2]);
  });

  it('is let go by pages that leave while they ask', async () => {
    const run = await newRun();
    const { path } = run.directory;
    // more than may be connected at once
    for (let i = 0; i < 80; i++) {
      const { client, page, open } = await openPage();
      await open(path);
      client.ask('control', { run: path, message: { type: 'pause' } }).catch(() => undefined);
      // at another moment each time: before the host has looked, while it looks, while it connects
      for (let turns = i % 8; turns > 0; turns--) await setImmediate();
      page.close();
    }
    await vi.waitFor(async () => {
      const { client, open } = await openPage();
      await open(path);
      expect((await client.ask('control', { run: path, message: { type: 'pause' } })).ok).toMatchObject({
        state: 'paused',
      });
    }, 5_000);
  });

  it('that is killed under the page is told as such within seconds', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    after(() => child.kill('SIGKILL'));
    await once(child, 'spawn');
    const started = await processStart(child.pid!);
    const status = {
      state: 'running',
      pid: child.pid,
      processStarted: started,
      heartbeat: new Date().toISOString(),
    } as const;
    const run = writeRun(newPath(), [lineOf(at(0, startedEvent()))], status);
    const { open, of, client } = await openPage();
    const model = await open(run);
    expect(model.head.value.live).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await vi.waitFor(() => expect(of('status').at(-1)).toMatchObject({ run, live: false }), 5_000);
    const asked = client.ask('control', { run, message: { type: 'pause' } });
    await expect(asked).rejects.toThrow(/No process works on this run, which is `running`.*takes no `pause`/);
  });

  it('whose directory vanishes is said to be gone, once, and the page lives on', async () => {
    const run = writeRun(newPath(), [lineOf(at(0, startedEvent()))]);
    const { open, of, client } = await openPage();
    await open(run);
    rmSync(run, { recursive: true });
    await vi.waitFor(() => expect(of('problem')).toHaveLength(1), 10_000);
    expect(of('problem')[0]!.message).toBe(`The run directory \`${run}\` is gone. What is shown is what was known.`);
    await expect(client.ask('open', { run })).rejects.toThrow(/is no run, or not any more/);
    expect((await client.ask('runs', {})).ok.runs.map(({ path }) => path)).not.toContain(run);
  });

  it('is closed by the page that has opened it', async () => {
    const run = writeRun(newPath(), [lineOf(at(0, startedEvent()))]);
    const { open, client } = await openPage();
    const model = await open(run);
    await vi.waitFor(() => expect(model.complete.value).toBe(true));
    await client.ask('close', { run });
    append(run, at(1, stepEvent(1)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(model.steps.length).toBe(0);
    const asked = client.ask('control', { run, message: { type: 'pause' } });
    await expect(asked).rejects.toThrow(/is not open/);
  });
});

describe('what a page asks', () => {
  it('is refused by name when it is broken, and logged once', async () => {
    const log = vi.fn();
    const { client, page, of } = await openPage({ log });
    const broken = client.ask('file', { run: 7 as never, path: 'images/x.png' });
    await expect(broken).rejects.toThrow(
      'In the request `file`, `run` is `7`. It must be a text of at most 4096 characters.',
    );
    page.send({ type: 'opne' } as never);
    await vi.waitFor(() => expect(of('problem')[0]?.message).toContain('The nearest is `open`'));
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('is refused while too much of it waits for its answer', async () => {
    const { client } = await openPage();
    const asked = await Promise.allSettled(Array.from({ length: 200 }, () => client.ask('runs', {})));
    const refused = asked.filter((answer) => answer.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as Error).message)).toEqual(
      Array.from({ length: 72 }, () => '`128` requests wait for their answers already. Ask again when they have come.'),
    );
    await client.ask('runs', {});
  });

  it('reaches only runs that are shown', async () => {
    const { client } = await openPage();
    await expect(client.ask('open', { run: '/etc' })).rejects.toThrow(/is none of the runs that are shown here/);
    const out = join(folder, '..', 'elsewhere');
    const asked = client.ask('file', { run: out, path: 'images/x.png' });
    await expect(asked).rejects.toThrow(/is none of the runs/);
    const target = writeRun(join(folder, 'nested', 'run'), []);
    symlinkSync(target, join(folder, 'link'));
    after(() => rmSync(join(folder, 'link')));
    await expect(client.ask('open', { run: join(folder, 'link') })).rejects.toThrow(/is none of the runs/);
  });

  it('gets files of a run, and its checkpoints', async () => {
    const run = writeRun(newPath(), []);
    mkdirSync(join(run, 'images'));
    writeFileSync(join(run, 'images', '1.png'), 'picture');
    mkdirSync(join(run, 'checkpoints', 'step-00000400'), { recursive: true });
    const { client } = await openPage();
    const { buffers } = await client.ask('file', { run, path: 'images/1.png' });
    expect(Buffer.from(buffers[0]!).toString()).toBe('picture');
    expect((await client.ask('checkpoints', { run })).ok.iterations).toEqual([400]);
    await expect(client.ask('file', { run, path: '../x' })).rejects.toThrow(/no file of a run/);
  });

  it('saves notes, which stay texts, and takes a title away', async () => {
    const run = writeRun(newPath(), []);
    const { client } = await openPage();
    const notes = {
      v: 1,
      name: '<script>alert(1)</script>',
      tags: ['a', 'a', 'b'],
      notes: '"\u2028</textarea>',
    } as const;
    const { v, ...change } = notes;
    await client.ask('saveNotes', { run, notes: { ...change, tags: [...notes.tags] } });
    const kept = (): object => JSON.parse(readFileSync(join(run, 'notes.json'), 'utf8')) as object;
    expect(kept()).toEqual({ v, ...change, tags: ['a', 'b'] });
    await client.ask('saveNotes', { run, notes: { name: '', tags: [], notes: '' } });
    expect(kept()).toEqual({ v: 1, tags: [], notes: '' });
    const long = client.ask('saveNotes', { run, notes: { notes: 'x'.repeat(30_000) } });
    await expect(long).rejects.toThrow(/`30000` characters/);
  });

  it('tells a page what another has noted, and lets each change its own part', async () => {
    const run = writeRun(newPath(), []);
    const [one, other] = [await openPage(), await openPage()];
    await other.open(run);
    await one.client.ask('saveNotes', { run, notes: { notes: 'from one' } });
    await vi.waitFor(() => expect(other.of('notes').at(-1)?.notes.notes).toBe('from one'));
    const { ok } = await other.client.ask('saveNotes', { run, notes: { tags: ['from the other'] } });
    expect(ok.notes).toEqual({ v: 1, tags: ['from the other'], notes: 'from one' });
  });

  it('is told why when this host does not do that', async () => {
    const run = writeRun(newPath(), []);
    const { client } = await openPage();
    await expect(client.ask('start', { config: {} })).rejects.toThrow(/only shows/);
    await expect(client.ask('resume', { run })).rejects.toThrow(/only shows/);
    await expect(client.ask('save', { name: 'a.png', mime: 'image/png' })).rejects.toThrow(
      /keeps what it has made itself/,
    );
    const error: unknown = await client.ask('replay', { run }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HostError);
    expect(error).toMatchObject({ message: 'no replay', kind: 'failure' });
  });

  it('starts a run, which is known from then on wherever it is', async () => {
    const elsewhere = writeRun(join(folder, 'deeper', 'run'), []);
    const start = vi.fn(() => Promise.resolve(elsewhere));
    const { client, open } = await openPage({ start });
    const { ok } = await client.ask('start', { config: { teacher: 'ring', steps: 5 }, preset: 'quick' });
    expect(start).toHaveBeenCalledWith({ config: { teacher: 'ring', steps: 5 }, preset: 'quick' });
    expect((await open(ok.run)).head.value.path).toBe(elsewhere);
  });

  it('lets a run go on, and no directory that is none', async () => {
    const run = writeRun(newPath(), [], { state: 'stopped' });
    const resume = vi.fn(() => Promise.resolve());
    const { client } = await openPage({ resume });
    await client.ask('resume', { run });
    await expect(client.ask('resume', { run: newPath() })).rejects.toThrow(/no run/);
    expect(resume.mock.calls).toEqual([[run]]);
  });

  it('resumes nothing where nothing may be run', async () => {
    const run = writeRun(newPath(), [], { state: 'stopped' });
    const resume = vi.fn(() => Promise.resolve());
    const { client } = await openPage({ resume, refusal: () => 'Not trusted.' });
    await expect(client.ask('resume', { run })).rejects.toThrow('Not trusted.');
    expect(resume).not.toHaveBeenCalled();
  });

  it('may tell which of its runs it shows', async () => {
    const [one, other] = [writeRun(newPath(), []), writeRun(newPath(), [])];
    const { client, open } = await openPage();
    await open(one);
    expect((await client.ask('show', { run: one })).ok).toEqual({});
    await expect(client.ask('show', { run: other })).rejects.toThrow(/not open/);
  });

  it('gets a reason for a run whose status is damaged or newer', async () => {
    const run = writeRun(newPath(), []);
    writeStatus(run, { v: 2 as never });
    const { client } = await openPage();
    await expect(client.ask('open', { run })).rejects.toThrow(/damaged, or of a newer dmd-lab/);
  });
});
