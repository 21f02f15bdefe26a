import { expect, test } from 'vitest';
import type { PageMessage } from '../../src/dashboard/protocol.ts';
import { runsOfState, shownAfter, type ShownRuns } from './shown-runs.ts';

const nothing: ShownRuns = { paths: [], isAwaited: false };
const after = (...messages: PageMessage[]) => messages.reduce(shownAfter, nothing).paths;
const hello: PageMessage = { type: 'hello', v: 1 };
const open = (run: string): PageMessage => ({ type: 'open', id: 1, run });
const close = (run: string): PageMessage => ({ type: 'close', id: 1, run });

test('a run that is opened in the place of another is shown', () => {
  expect(after(open('/a'), open('/b'), close('/a'))).toEqual(['/b']);
});

test('runs that are laid over come after the one that is shown', () => {
  expect(after(open('/a'), open('/b'), open('/c'))).toEqual(['/a', '/b', '/c']);
});

test('the one that a page turns to comes first, and one that is not open changes nothing', () => {
  const show = (run: string): PageMessage => ({ type: 'show', id: 1, run });
  expect(after(open('/a'), open('/b'), show('/b'))).toEqual(['/b', '/a']);
  expect(after(open('/a'), show('/c'))).toEqual(['/a']);
});

test('a page that is loaded again begins anew, and other questions change nothing', () => {
  expect(after(open('/a'), hello, open('/b'), open('/c'), { type: 'runs', id: 2 })).toEqual(['/b', '/c']);
});

test('a page that is taken away before it has opened anything again shows what it showed', () => {
  expect(after(open('/a'), open('/b'), hello, { type: 'runs', id: 2 })).toEqual(['/a', '/b']);
  expect(after(open('/a'), open('/b'), hello, hello, open('/a'), open('/b'))).toEqual(['/a', '/b']);
});

test('the runs that a page has kept are known, and damaged states are empty ones', () => {
  expect(runsOfState({ settings: {}, memory: { open: ['/a', '/b'] } })).toEqual(['/a', '/b']);
  for (const state of [undefined, null, 'x', {}, { memory: 3 }, { memory: { open: [1] } }, { memory: { open: {} } }])
    expect(runsOfState(state)).toEqual([]);
});
