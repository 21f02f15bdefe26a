import { describe, expect, it } from 'vitest';
import { DmdError } from '../errors.ts';
import { alphaBarsOf, linearBetas, scaledLinearBetas, vpSchedule } from './vp.ts';

describe('vpSchedule', () => {
  it('is DDPM by default, and preserves variance at every level', () => {
    const schedule = vpSchedule();
    expect(schedule.size).toBe(1000);
    // multiplied out in 40 decimal digits
    expect(schedule.level(0).alpha ** 2).toBeCloseTo(0.9999, 12);
    expect(schedule.level(999).alpha ** 2).toBeCloseTo(4.03582976537568e-5, 16);
    for (const index of [0, 400, 999]) {
      const { time, alpha, sigma } = schedule.level(index);
      expect(time).toBe(index);
      expect(alpha ** 2 + sigma ** 2).toBeCloseTo(1, 14);
    }
  });

  it('counts timesteps from firstTime', () => {
    // a teacher whose timesteps are 1…1000, with an index 0 that is all but clean
    const schedule = vpSchedule(alphaBarsOf(linearBetas(1001)).slice(1), 1);
    expect(schedule.level(999).time).toBe(1000);
    expect(schedule.levelAt(1000).alpha ** 2).toBeCloseTo(3.99520240597045e-5, 16);
    expect(schedule.levelAt(1)).toEqual(schedule.level(0));
    expect(() => schedule.levelAt(0)).toThrow('from 1 to 1000, not `0`');
    expect(() => schedule.levelAt(1.5)).toThrow(DmdError);
    expect(() => schedule.level(1000)).toThrow('internal:');
  });

  it('refuses alpha-bars that do not fall inside (0, 1)', () => {
    expect(() => vpSchedule([0.9, 0.95])).toThrow('entry 1 is `0.95`');
    expect(() => vpSchedule([1, 0.5])).toThrow(DmdError);
    expect(() => vpSchedule([0.5, 0])).toThrow(DmdError);
  });
});

describe('betas', () => {
  it('are linear, or have linear square roots', () => {
    expect(linearBetas(3, 0.1, 0.3)).toEqual([0.1, 0.2, 0.3].map((b) => expect.closeTo(b, 14)));
    expect(scaledLinearBetas(3, 0.01, 0.09)).toEqual([0.01, 0.04, 0.09].map((b) => expect.closeTo(b, 14)));
    expect(alphaBarsOf([0.1, 0.2])).toEqual([0.9, 0.72].map((a) => expect.closeTo(a, 14)));
  });
});
