import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvOf, numberText } from './table.ts';

const tableOf = (head: string[], rows: (string | number)[][]) => ({
  head,
  rows: rows.length,
  row: (i: number) => rows[i]!,
});

test('numbers as precise as they are, nothing where there is none', () => {
  expect(csvOf(tableOf(['iteration', 'L_DM'], [[1, Math.fround(0.1)], [2, NaN], [3, 1e-9]]))).toBe(
    'iteration,L_DM\r\n1,0.1\r\n2,\r\n3,1e-9\r\n',
  ); // prettier-ignore
  expect([Infinity, 1234567, 16777216, Math.fround(0.35), 1 / 3, 0].map(numberText)).toEqual(
    ['Infinity', '1234567', '16777216', '0.35', String(1 / 3), '0'],
  ); // prettier-ignore
  const isTold = (value: number) => Math.fround(Number(numberText(value))) === value;
  fc.assert(fc.property(fc.float({ noNaN: true }), (value) => value === 0 || isTold(value)));
});

test('texts are quoted where they must be, and no formula', () => {
  expect(csvOf(tableOf(['run'], [['a,"b"\nc'], ['=HYPERLINK("x")'], ['-2 of 3']]))).toBe(
    'run\r\n"a,""b""\nc"\r\n"\'=HYPERLINK(""x"")"\r\n\'-2 of 3\r\n',
  );
});
