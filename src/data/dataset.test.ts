import { describe, expect, it } from 'vitest';
import { ImageDataset } from './dataset.ts';

const pixels = Uint8Array.from([0, 255, 51, 204, 102, 153]);

describe('ImageDataset', () => {
  it('hands out images in the order asked for, bytes as -1…1', () => {
    const data = new ImageDataset({
      name: 'three',
      shape: [1, 2, 1],
      pixels,
      labels: Uint8Array.from([2, 0, 1]),
      classes: 3,
    });
    expect(data.count).toBe(3);
    const { images, labels } = data.batch([2, 0, 2]);
    expect([...labels]).toEqual([1, 2, 1]);
    [-0.2, 0.2, -1, 1, -0.2, 0.2].forEach((value, i) => expect(images[i]).toBeCloseTo(value, 6));
  });

  it('has labels 0 when there are no classes', () => {
    const data = new ImageDataset({ name: 'plain', shape: [1, 2, 1], pixels, classes: 0 });
    expect([...data.batch([1]).labels]).toEqual([0]);
  });

  it('refuses what does not fit together', () => {
    expect(() => new ImageDataset({ name: 'x', shape: [2, 2, 1], pixels, classes: 0 })).toThrow(/whole number/);
    expect(() => new ImageDataset({ name: 'x', shape: [1, 2, 1], pixels, classes: 3 })).toThrow(/0 labels/);
    const data = new ImageDataset({ name: 'plain', shape: [1, 2, 1], pixels, classes: 0 });
    expect(() => data.batch([3])).toThrow(/image 3/);
    expect(() => data.batch([-1])).toThrow(/image -1/);
  });
});
