import { expect, test } from 'vitest';
import { Kept } from './kept.ts';

test('the least recently used is let go, and each is opened once while it is kept', async () => {
  const opened: string[] = [];
  const released: string[] = [];
  const kept = new Kept<string>(2, (value) => released.push(value));
  const get = (key: string) => kept.get(key, () => Promise.resolve((opened.push(key), key.toUpperCase())));
  expect(await get('a')).toBe('A');
  await get('b');
  await get('a');
  await get('c');
  expect([opened, released]).toEqual([['a', 'b', 'c'], ['B']]);
  expect(await get('a')).toBe('A');
  expect(opened).toHaveLength(3);
  kept.clear();
  expect(released).toEqual(['B', 'C', 'A']);
  await expect(kept.get('x', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  kept.clear();
  expect(released).toHaveLength(3);
});
