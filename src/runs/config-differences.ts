/**
 * In what a configuration differs from the preset that it is nearest to: the short form of a run's settings.
 */
import type { Config } from '../distillation/config.ts';
import { presetConfig, presetNames, type PresetName } from '../distillation/presets.ts';
import { resolveConfig } from './configuration.ts';

export interface Difference {
  /** Nested ones with dots. */
  readonly key: string;
  /** Undefined where it is not set. */
  readonly value: unknown;
  readonly preset: unknown;
}

/** The preset, for the same teacher, from which `config` differs in the fewest keys, and those keys. */
export function differencesFromPreset(config: Config): { preset: PresetName; differences: Difference[] } {
  const candidates = presetNames.map((preset) => ({
    preset,
    differences: differencesOf(config, resolveConfig(presetConfig(config.teacher, preset), {})),
  }));
  return candidates.reduce((best, next) => (next.differences.length < best.differences.length ? next : best));
}

function differencesOf(config: Config, preset: Config): Difference[] {
  const [own, usual] = [flat(config), flat(preset)];
  return [...new Set([...own.keys(), ...usual.keys()])]
    .map((key) => ({ key, value: own.get(key), preset: usual.get(key) }))
    .filter(({ value, preset }) => JSON.stringify(value) !== JSON.stringify(preset));
}

function flat(value: object, before = ''): Map<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? [...flat(inner, `${before}${key}.`)]
        : [[before + key, inner] as const],
    ),
  );
}
