import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DmdError } from '../errors.ts';
import { edmSchedule, karrasSigmas } from './edm.ts';

const golden = '../shared/golden/dmd-reference.json';

describe('karrasSigmas', () => {
  it.skipIf(!existsSync(golden))(`agrees with the reference code (${golden})`, () => {
    const { n, sigmaMin, sigmaMax, rho, at } = JSON.parse(readFileSync(golden, 'utf8')).karrasSigmas;
    const sigmas = karrasSigmas(n, sigmaMin, sigmaMax, rho);
    expect(sigmas).toHaveLength(n);
    for (const [index, sigma] of Object.entries<number>(at)) {
      expect(Math.abs(sigmas[Number(index)]! / sigma - 1)).toBeLessThan(1e-13);
    }
  });

  it('spaces σ^(1/ρ) evenly, ascending', () => {
    const roots = karrasSigmas(5, 0.01, 100, 3).map((sigma) => sigma ** (1 / 3));
    for (let i = 0; i < 4; i++)
      expect(roots[i + 1]! - roots[i]!).toBeCloseTo((100 ** (1 / 3) - 0.01 ** (1 / 3)) / 4, 12);
  });

  it('makes of one level the noisiest', () => {
    expect(karrasSigmas(1, 0.002, 80, 7)[0]).toBeCloseTo(80, 12);
  });
});

describe('edmSchedule', () => {
  it('has α = 1 and σ as its time, least noise first', () => {
    const schedule = edmSchedule();
    expect(schedule.size).toBe(1000);
    expect(schedule.level(0).sigma).toBeCloseTo(0.002, 12);
    expect(schedule.level(999)).toEqual({
      time: schedule.level(999).sigma,
      alpha: 1,
      sigma: schedule.level(999).sigma,
    });
    expect(schedule.levelAt(2.5)).toEqual({ time: 2.5, alpha: 1, sigma: 2.5 });
  });

  it('refuses a σ that is no noise level, and an index outside', () => {
    const schedule = edmSchedule({ size: 10 });
    expect(() => schedule.levelAt(-1)).toThrow(DmdError);
    expect(() => schedule.levelAt(0)).toThrow('not `0`');
    expect(() => schedule.levelAt(NaN)).toThrow(DmdError);
    expect(() => schedule.level(10)).toThrow('internal:');
  });
});
