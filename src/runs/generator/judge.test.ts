import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../engine/start.ts';
import { mixturePreset } from '../../teachers/mixture-presets.ts';
import { openJudge } from './judge.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

const IMAGES = [28, 28, 1];

describe('openJudge', () => {
  it.each([
    ['digits', { sampleShape: IMAGES, dataset: 'mnist' }, 'digits'],
    ['images of that size of which nothing is known', { sampleShape: IMAGES }, 'digits'],
    ['other images of that size', { sampleShape: IMAGES, dataset: 'mnistery' }, undefined],
    ['images of another size', { sampleShape: [32, 32, 1], dataset: 'mnist' }, undefined],
    ['points without a density', { sampleShape: [2] }, undefined],
    ['a mixture', mixturePreset('two-modes'), 'mixture'],
  ])('of %s', async (_, teacher, of) => {
    const judge = await openJudge(teacher);
    expect(judge?.of).toBe(of);
    judge?.dispose();
  });
});
