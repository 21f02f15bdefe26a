import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { at, lineOf, longRun, startedEvent, stepEvent, writeRun } from '../../test/recorded-run.ts';
import { readParts, type HistoryPart } from './history.ts';
import { stepColumns, type StepColumn } from './protocol.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-history-'));
afterAll(() => rmSync(folder, { recursive: true }));
let runs = 0;

async function partsOf(lines: Iterable<string>, onNewer?: (newer: { v: number }) => void): Promise<HistoryPart[]> {
  const run = writeRun(join(folder, `run-${runs++}`), lines);
  return collected(readParts(join(run, 'events.jsonl'), { onNewer }));
}

async function collected(parts: AsyncIterable<HistoryPart>): Promise<HistoryPart[]> {
  const all: HistoryPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

const column = (part: HistoryPart, name: StepColumn): number[] =>
  part.columns.length === 0 ? [] : [...new Float32Array(part.columns[stepColumns.indexOf(name)]!)];

describe('history', () => {
  it('tells steps as columns in the order of the protocol, and all else as events', async () => {
    const samples = at(0.5, { type: 'samples', iteration: 1, of: 'oneStep', count: 4, columns: 2, scale: 1 });
    const byHand = at(0.75, stepEvent(1, { by: 'stepGenerator' }));
    const [part, ...others] = await partsOf(
      [
        at(0, startedEvent(0, 16)),
        at(0.5, stepEvent(1)),
        samples,
        byHand,
        at(1, stepEvent(2, { lossReg: undefined })),
      ].map(lineOf),
    );
    expect(others.map(({ events, columns, done }) => [events, columns, done])).toEqual([[[], [], true]]);
    expect(part!.events.map(({ type }) => type)).toEqual(['started', 'samples', 'step']);
    expect(part!.columns).toHaveLength(stepColumns.length);
    const rows = stepColumns.map((name) => column(part!, name));
    const expected = [
      [1, 2],
      [0.5, 1],
      [0.5, 0.5],
      [1, 0.5],
      [0.25, NaN],
      [1.5, 1],
      [2.5, 2.5],
      [1.125, 1.125],
    ];
    expect(rows).toEqual([...expected, [3.25, 3.25], [-0.75, -0.75], [0.625, 0.625], [32, 32]]);
  });

  it('counts the images of a step by the batch of its phase', async () => {
    const started = startedEvent(0, 16);
    if (started.type !== 'started') throw new Error('no start');
    const withPairs = { ...started, config: { ...started.config, regressionBatchSize: 64 } };
    const steps = [at(0, withPairs), at(1, stepEvent(1, { phase: 'regression' })), at(2, stepEvent(2))];
    const [part] = await partsOf(steps.map(lineOf));
    expect(column(part!, 'imagesPerSecond')).toEqual([128, 32]);
  });

  it('lets a start come first in its part, so that what it takes back is there', async () => {
    const parts = await partsOf(
      [startedEvent(), stepEvent(1), stepEvent(2), stepEvent(3), startedEvent(1), stepEvent(2)].map((event, i) =>
        lineOf(at(i, event)),
      ),
    );
    const told = parts.map((part) => [part.events.map(({ type }) => type), column(part, 'iteration')]);
    expect(told).toEqual([
      [['started'], [1, 2, 3]],
      [['started'], [2]],
    ]);
    // from the run's first event, over all its starts
    expect(column(parts[1]!, 'time')).toEqual([5]);
  });

  it('passes over what is torn, not ours or of a newer version, says the last once, and goes on', async () => {
    const newer: number[] = [];
    const lines = [
      lineOf(at(0, startedEvent())),
      '{"v":1,"time":"2026-01-05T10:00:00.000Z","type":"st\n',
      '\u0000\u0001\n\n[]\nnull\n"step"\n',
      lineOf({ ...at(1, stepEvent(1)), v: 2 }),
      lineOf({ ...at(1, stepEvent(1)), v: 2.5 }),
      lineOf(at(1, stepEvent(1))),
      lineOf({ ...at(1, stepEvent(2)), type: 'dream' } as never),
      lineOf(at(2, stepEvent(2))).slice(0, -30),
    ];
    const parts = await partsOf(lines, ({ v }) => newer.push(v));
    expect(newer).toEqual([2]);
    expect(column(parts[0]!, 'iteration')).toEqual([1]);
    // the rest of a line that is being written is still to come
    expect(parts.at(-1)!.end).toBe(Buffer.byteLength(lines.slice(0, -1).join('')));
  });

  it('has nothing to tell of a run without events', async () => {
    const parts = await collected(readParts(join(folder, 'nowhere', 'events.jsonl')));
    expect(parts).toEqual([{ events: [], columns: [], end: 0, done: true }]);
  });

  it('tells 200,000 steps in parts of a bounded size, the first at once', async () => {
    const parts = await partsOf(longRun(200_000));
    const counts = parts.map((part) => column(part, 'iteration').length);
    expect(counts.reduce((sum, count) => sum + count)).toBe(200_000);
    expect(counts[0]).toBeLessThan(5_000);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 ** 14);
    expect(column(parts.at(-1)!, 'iteration').at(-1)).toBe(200_000);
    expect(parts.flatMap(({ events }) => events)).toHaveLength(201);
  });
});
