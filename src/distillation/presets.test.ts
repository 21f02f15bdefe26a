import { expect, test } from 'vitest';
import { mixturePresets } from '../teachers/mixture-presets.ts';
import { Config } from './config.ts';
import { presetConfig, presetNames } from './presets.ts';

test.each(['mnist', 'my-teacher.safetensors', ...mixturePresets])(
  'the presets of %s are whole configurations',
  (name) => {
    for (const preset of presetNames) expect(Config.parse(presetConfig(name, preset)).teacher).toBe(name);
  },
);

test('two-modes takes 500 steps unless told, and an unknown preset gives the nearest', () => {
  expect(presetConfig('two-modes').steps).toBe(500);
  expect(() => presetConfig('mnist', 'quik')).toThrow(/preset `quik`. Did you mean `quick`/);
});
