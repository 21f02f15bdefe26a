import { describe, expect, test } from 'vitest';
import type { Envelope, HostMessage, PageMessage } from '../../src/dashboard/protocol.ts';
import { HostClient } from './host-client.ts';
import { OpenRuns } from './open-runs.ts';
import { Settings } from './settings.ts';
import { headOf, samplesAt, startedAt } from './test-run.ts';

/** A host within the test, that opens every run but `gone` and `late`, and tells its history at once, as a replay does. */
function hosted(kept: Record<string, unknown> = {}) {
  const asked: string[] = [];
  const errors: unknown[] = [];
  let listener: (envelope: Envelope<HostMessage>) => void = () => undefined;
  const tell = (message: HostMessage) => listener({ message, buffers: [] });
  const answer = (message: PageMessage) => {
    if (message.type === 'hello') return;
    asked.push(`${message.type} ${'run' in message ? message.run : ''}`);
    if (message.type === 'open' && message.run === 'late') return;
    if (message.type === 'open' && message.run === 'gone')
      return tell({ type: 'reply', id: message.id, error: { kind: 'usage', message: 'It is gone.' } });
    tell({ type: 'reply', id: message.id, ok: message.type === 'open' ? headOf(message.run) : {} });
    if (message.type === 'open')
      tell({ type: 'history', run: message.run, events: [startedAt(0), samplesAt(10)], done: true });
  };
  const memory = { kept };
  const settings = new Settings({ read: () => memory.kept, write: (now) => (memory.kept = { ...now }) });
  const client = new HostClient(
    {
      send: answer,
      onMessage: (taken) => (listener = taken),
      onClose: () => undefined,
      close: () => undefined,
    },
    ({ message, buffers }) => {
      if (message.type === 'history' || message.type === 'events' || message.type === 'status')
        runs.take(message, buffers);
    },
    () => undefined,
  );
  const runs: OpenRuns = new OpenRuns(client.ask.bind(client), settings, (error) => errors.push(error));
  return { runs, asked, errors, tell, memory };
}

const welcome = { type: 'welcome', v: 1, host: 'browser', canStart: true, runs: [] } as const;

const open = ({ runs }: ReturnType<typeof hosted>) => runs.overlaid.value.map(({ run, colour }) => `${run} ${colour}`);

describe('open runs', () => {
  test('get what was told while their opening was answered', async () => {
    const { runs } = hosted();
    await runs.open('a', 'show');
    expect(runs.current.value?.complete.value).toBe(true);
    expect(runs.current.value?.events('samples').value).toHaveLength(1);
  });

  test('are overlaid in colours of their own; another one takes the place and colour of the shown one', async () => {
    const host = hosted();
    await host.runs.open('a', 'show');
    await host.runs.open('b', 'overlay');
    await host.runs.open('c', 'show');
    expect(open(host)).toEqual(['b 1', 'c 0']);
    expect(host.runs.current.value?.run).toBe('c');
    expect(host.asked).toContain('close a');
    await host.runs.open('d', 'overlay');
    expect(open(host)).toEqual(['b 1', 'c 0', 'd 2']);
    // what is drawn already is only shown
    await host.runs.open('b', 'show');
    expect(open(host)).toEqual(['b 1', 'c 0', 'd 2']);
    expect(host.asked.at(-1)).toBe('show b');
    await host.runs.close('b');
    expect(host.asked.slice(-2).toSorted()).toEqual(['close b', 'show c']);
    expect(host.runs.current.value?.run).toBe('c');
    expect(host.memory.kept.open).toEqual(['c', 'd']);
  });

  test('are reported when they cannot be opened, and those that are there stay', async () => {
    const host = hosted();
    await host.runs.open('a', 'show');
    await host.runs.open('gone', 'show');
    expect(host.errors.map(String)).toEqual(['Error: It is gone.']);
    expect(host.runs.current.value?.run).toBe('a');
  });

  test('are remembered from when they are asked for, and no longer when they cannot be opened', async () => {
    const host = hosted();
    void host.runs.restore({ ...welcome, show: 'a', overlay: ['gone', 'late'] });
    await expect.poll(() => host.asked).toContain('open late');
    expect(open(host)).toEqual(['a 0']);
    expect(host.memory.kept.open).toEqual(['a', 'late']);
  });

  test('are those of before the page was loaded again, as far as they are still known', async () => {
    const again = hosted({ open: ['b', 'vanished', 'a'] });
    await again.runs.restore({ ...welcome, show: 'a', overlay: ['b'] });
    expect(again.runs.current.value?.run).toBe('b');
    expect(open(again)).toEqual(['b 0', 'a 1']);
    const first = hosted({ open: 'damaged' });
    await first.runs.restore({ ...welcome, show: 'a', overlay: ['b'] });
    expect(first.runs.current.value?.run).toBe('a');
    expect(open(first)).toEqual(['a 0', 'b 1']);
  });

  test('stay as they were until a new host has told all of them', async () => {
    const { runs } = hosted();
    await runs.open('a', 'show');
    const before = runs.current.value;
    await runs.reopen();
    await Promise.resolve();
    expect(runs.current.value).not.toBe(before);
    expect(runs.current.value?.run).toBe('a');
    expect(runs.overlaid.value).toEqual([runs.current.value]);
    expect(runs.current.value?.complete.value).toBe(true);
  });
});
