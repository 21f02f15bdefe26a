/**
 * In what a configuration differs from the preset that it is nearest to: the short form of a run's settings.
 */
import type { Config } from '../../distillation/config.ts';
import { presetConfig, presetNames, type PresetName } from '../../distillation/presets.ts';
import { resolveConfig } from './configuration.ts';
import { differences, type Difference } from './difference.ts';

export interface FromPreset {
  readonly preset: PresetName;
  /** The configuration's own values first, the preset's second. */
  readonly differences: readonly Difference[];
}

/** The preset, for the same teacher, from which `config` differs in the fewest keys, and those keys. */
export function differencesFromPreset(config: Config): FromPreset {
  const candidates = presetNames.map((preset) => ({
    preset,
    differences: differences(config, resolveConfig(presetConfig(config.teacher, preset), {})),
  }));
  return candidates.reduce((best, next) => (next.differences.length < best.differences.length ? next : best));
}
