import { describe, expect, it } from 'vitest';
import { Config } from '../../distillation/config.ts';
import { presetConfig } from '../../distillation/presets.ts';
import { differencesFromPreset } from './config-differences.ts';

describe('differencesFromPreset', () => {
  it('names the nearest preset and the keys, nested ones with dots, that are not its own', () => {
    const long = presetConfig('mnist', 'long');
    const config = Config.parse({ ...long, warmup: { ...long.warmup, fakeSteps: 7 }, labels: [1, 2] });
    expect(differencesFromPreset(config)).toEqual({
      preset: 'long',
      differences: [
        { key: 'labels', values: [[1, 2], undefined] },
        { key: 'warmup.fakeSteps', values: [7, 300] },
      ],
    });
  });

  it('finds none in a preset itself, of a teacher with a path too', () => {
    const config = Config.parse(presetConfig('own.safetensors'));
    expect(differencesFromPreset(config)).toEqual({ preset: 'quick', differences: [] });
  });
});
