import { expect, test } from 'vitest';
import { flagsAt, normsOf, thinNorms } from './layer-norms.ts';
import { RunModel } from '../run-model.ts';
import type { RunEvent } from '../../../src/runs/contract.ts';
import type { RunHead } from '../../../src/dashboard/protocol.ts';

const event = (content: object) => ({ v: 1, time: '2026-01-01T00:00:00Z', ...content }) as RunEvent;

function runOf(rows: readonly object[], layers?: object): RunModel {
  const run = new RunModel({ run: 'r', path: '/r' } as RunHead, 0);
  run.takeEvents([
    event({ type: 'started', iteration: 0, layers, config: { batchSize: 4 } }),
    ...rows.map((row, i) => event({ type: 'layers', iteration: 10 * (i + 1), ...row })),
  ]);
  return run;
}

test('norms by layer of the losses that were followed; a layer that was not told of is missing', () => {
  const run = runOf([{ matching: [1, 2] }, { fake: [9] }, { matching: [3] }], { generator: ['a', 'b'], fake: ['c'] });
  expect(normsOf(run, 'matching')).toEqual({ layers: ['a', 'b'], iterations: [10, 30], norms: [[1, 3], [2, NaN]] }); // prettier-ignore
  expect(normsOf(run, 'fake')).toEqual({ layers: ['c'], iterations: [20], norms: [[9]] });
  expect(normsOf(run, 'regression').iterations).toEqual([]);
  expect(normsOf(runOf([{ matching: [1] }]), 'matching').layers).toEqual([]);
});

test('flags are of what was known then', () => {
  const rows = [1, 1, 1, 1, 1, 500, 1].map((norm) => ({ matching: [1, norm] }));
  const norms = normsOf(runOf(rows, { generator: ['a', 'b'], fake: [] }), 'matching');
  expect([...flagsAt(norms, 60).keys()]).toEqual([1]);
  expect(flagsAt(norms, 59).size).toBe(0);
  expect(flagsAt(norms, 1000).size).toBe(0);
});

test('with fewer columns the greatest is kept', () => {
  const norms = { layers: ['a'], iterations: [1, 2, 3, 4, 5], norms: [[1, 7, 2, NaN, NaN]] };
  expect(thinNorms(norms, 3)).toEqual({ layers: ['a'], iterations: [1, 3, 5], norms: [[7, 2, NaN]] });
  expect(thinNorms(norms, 5)).toEqual(norms);
});
