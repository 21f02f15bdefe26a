import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/runs/directory/list.ts';
import type { Status } from '../../src/runs/directory/status.ts';
import { runStates } from '../../src/runs/states.ts';
import { contextOf, descriptionOf, iconOf, nameOf, statusText, tooltipOf } from './run-text.ts';

const run: RunSummary = {
  name: '2026-11-05T14-03-22-two-modes',
  path: '/w/.dmd/runs/2026-11-05T14-03-22-two-modes',
  tags: [],
  teacher: 'two-modes',
  state: 'running',
  step: 120,
  steps: 500,
  began: '2026-11-05T14:03:22.000Z',
  engine: 'onnx',
  device: 'CPU, 2 threads',
};
const status: Status = {
  v: 1,
  state: 'running',
  step: 120,
  steps: 500,
  iteration: 1420,
  iterations: 1800,
  heartbeat: run.began,
  host: 'here',
  pid: 1,
};

test('a run is described by state, step, engine and age', () => {
  const now = Date.parse(run.began) + 180_000;
  expect(descriptionOf(run, now)).toBe('running · 120/500 · onnx · 3 min');
  expect(descriptionOf(run, now - 170_000)).toBe('running · 120/500 · onnx · just now');
  expect(descriptionOf({ ...run, state: 'unreadable', steps: 0, engine: undefined }, now)).toBe('unreadable · 3 min');
});

test('a title takes the place of the name, on one line', () => {
  expect(nameOf({ ...run, title: 'Eq. 8,\n\u202eslower' })).toBe('Eq. 8,··slower');
  expect(nameOf({ ...run, name: 'eq8' })).toBe('eq8');
  const began = new Date(2026, 10, 5, 9, 7).toISOString();
  expect(nameOf({ ...run, began })).toBe('two-modes 09:07');
});

test('what is known of a run is told line by line', () => {
  const more = { message: 'The loss is not finite.', tags: ['slides', 'good'], parent: { run: '/w/a', iteration: 9 } };
  const figures = { teacher: 'two-modes', kl: 0.01234, modesFound: 2, modes: [{ share: 0.5, stdRatio: 1 }, { share: 0.5, stdRatio: null }] }; // prettier-ignore
  expect(tooltipOf({ ...run, ...more, figures }).split('\n')).toEqual([
    run.name,
    'two-modes: running, 120 of 500 steps',
    'The loss is not finite.',
    'onnx on CPU, 2 threads',
    'KL 0.0123 nats',
    '2 of 2 modes',
    '#slides #good',
    'forked from /w/a, iteration 9',
  ]);
});

test.each([
  ['running', 'run working steerable'],
  ['paused', 'run paused steerable'],
  ['starting', 'run'],
  ['finished', 'run removable'],
  ['interrupted', 'run resumable removable'],
  ['unreadable', 'run removable'],
] as const)('menus of a run that is %s know: %s', (state, words) => {
  expect(contextOf({ ...run, state })).toBe(words);
});

test('every state has an icon of its own kind', () => {
  const icons = [...runStates, 'interrupted' as const, 'unreadable' as const].map((state) => iconOf(state).id);
  expect(new Set(icons).size).toBe(7);
});

test('the status bar tells step, speed and time left, and of other runs', () => {
  const speed = { perSecond: 14.23, secondsLeft: 26.7 };
  expect(statusText({ ...run, title: 'a' }, status, speed, 0)).toBe('$(sync~spin) a 120/500 · 14.2 it/s · 0:27 left');
  expect(statusText({ ...run, title: 'a' }, { ...status, state: 'paused' }, speed, 2)).toBe(
    '$(debug-pause) a paused 120/500 · +2',
  );
  expect(statusText({ ...run, title: 'a' }, { ...status, state: 'warming-up' }, undefined, 0)).toBe(
    '$(sync~spin) a warming-up 1420/1800',
  );
});

test('a title makes no icon in the status bar', () => {
  expect(statusText({ ...run, title: '$(bug)' }, status, undefined, 0)).not.toContain('$(bug)');
});
