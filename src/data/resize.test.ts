import { describe, expect, it } from 'vitest';
import { resizeSquare } from './resize.ts';

const grey = (height: number, width: number, values: number[]) => ({
  height,
  width,
  channels: 1,
  pixels: Uint8Array.from(values),
});

describe('resizeSquare', () => {
  it('leaves an image of that size as it is', () => {
    const image = grey(2, 2, [1, 2, 3, 250]);
    expect(resizeSquare(image, 2)).toEqual(image);
  });

  it('enlarges bilinearly, with pixel centres at halves', () => {
    // 0 and 100 stand at x = 0.5 and 1.5; the new pixels at 0.25, 0.75, 1.25, 1.75
    const rows = [0, 100, 0, 100];
    expect([...resizeSquare(grey(2, 2, rows), 4).pixels.subarray(0, 4)]).toEqual([0, 25, 75, 100]);
  });

  it('shrinks with the triangle of twice the width', () => {
    // output 0 of 4 -> 2 is centred at 1, half-width 2: weights .75, .75, .25 over 1.75
    const row = [70, 0, 0, 0];
    const { pixels } = resizeSquare(grey(4, 4, [...row, ...row, ...row, ...row]), 2);
    expect([...pixels]).toEqual([30, 0, 30, 0]);
  });

  it('takes the centred square, channel by channel', () => {
    const image = { height: 1, width: 3, channels: 3, pixels: Uint8Array.from([9, 9, 9, 1, 2, 3, 9, 9, 9]) };
    expect([...resizeSquare(image, 1).pixels]).toEqual([1, 2, 3]);
  });

  it('keeps a constant constant at any size', () => {
    const image = grey(7, 7, Array<number>(49).fill(201));
    for (const size of [1, 3, 5, 12]) expect(new Set(resizeSquare(image, size).pixels)).toEqual(new Set([201]));
  });
});
