import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test('markup is drawn as it is written', () => {
  expect(plainText('<a href="x">&lt;</a>')).toBe('&lt;a href="x"&gt;&amp;lt;&lt;/a&gt;');
});

test('a long text loses its middle', () => {
  expect(plainText('encoder.0.block0.conv0', 12)).toBe('enco…0.conv0');
  expect(plainText('encoder.0.block0.conv0', 12)).toHaveLength(12);
  expect(plainText('conv', 4)).toBe('conv');
});
