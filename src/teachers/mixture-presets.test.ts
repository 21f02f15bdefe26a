import { describe, expect, it } from 'vitest';
import { isMixturePreset, mixturePreset, mixturePresets } from './mixture-presets.ts';

describe('mixturePreset', () => {
  it('has four, by name', () => {
    expect(mixturePresets).toEqual(['two-modes', 'ring', 'grid', 'spiral']);
    expect(isMixturePreset('ring')).toBe(true);
    expect(isMixturePreset('toString')).toBe(false);
  });

  it('`two-modes` is two equal modes at (±0.8, 0) of standard deviation 0.15, on EDM', () => {
    const { mixture, schedule, sampleShape } = mixturePreset('two-modes');
    expect(mixture.components.map(({ mean }) => mean)).toEqual([
      [-0.8, 0],
      [0.8, 0],
    ]);
    for (const { weight, variances } of mixture.components) {
      expect(weight).toBe(0.5);
      expect(variances).toEqual([0.0225, 0.0225]);
    }
    expect(schedule.family).toBe('edm');
    expect(sampleShape).toEqual([2]);
  });

  it.each([
    ['ring', 8],
    ['grid', 25],
  ] as const)('`%s` has %i modes, six standard deviations or more apart', (name, count) => {
    const { components } = mixturePreset(name).mixture;
    expect(components).toHaveLength(count);
    const nearest = Math.min(
      ...components.flatMap(({ mean: a }, i) =>
        components.slice(i + 1).map(({ mean: b }) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)),
      ),
    );
    expect(nearest).toBeGreaterThan(6 * Math.sqrt(components[0]!.variances[0]!));
  });

  it('`spiral` is a curve without gaps', () => {
    const { components } = mixturePreset('spiral').mixture;
    const gaps = components.slice(1).map(({ mean }, k) => {
      const before = components[k]!.mean;
      return Math.hypot(mean[0]! - before[0]!, mean[1]! - before[1]!);
    });
    expect(Math.max(...gaps)).toBeLessThan(3 * Math.sqrt(components[0]!.variances[0]!));
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThan(1.3);
  });
});
