import { expect, test } from 'vitest';
import type { Output } from '../../kernel/protocol.ts';
import { takeIn } from './coalesce.ts';

const gather = (...outputs: Output[]): Output[] => {
  const waiting: Output[] = [];
  for (const output of outputs) takeIn(waiting, output);
  return waiting;
};
const out = (text: string, name: 'stdout' | 'stderr' = 'stdout'): Output => ({ type: 'stream', name, text });
const show = (value: string, displayId = 'a'): Output => ({
  type: 'display',
  data: { 'text/plain': value },
  metadata: {},
  displayId,
});
const update = (value: string, displayId = 'a'): Output =>
  ({ ...show(value, displayId), type: 'update-display' }) as Output;

test('text joins text of the same stream', () => {
  expect(gather(out('a'), out('b'), out('c', 'stderr'), out('d'))).toEqual([out('ab'), out('c', 'stderr'), out('d')]);
});

test('a display that waits takes its newest content, in its place', () => {
  expect(gather(show('1'), out('x'), update('2'), update('3'))).toEqual([show('3'), out('x')]);
  expect(gather(update('2'), out('x'), update('3'))).toEqual([update('3'), out('x')]);
  expect(gather(update('2'), update('2', 'b'))).toEqual([update('2'), update('2', 'b')]);
});

test('what is cleared at once is not shown before', () => {
  expect(gather(out('a'), show('1'), { type: 'clear', wait: false })).toEqual([{ type: 'clear', wait: false }]);
  expect(gather(out('a'), { type: 'clear', wait: true })).toHaveLength(2);
});
