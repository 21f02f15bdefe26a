/**
 * The noise levels that a reader can choose from: those of the run's probes, or any.
 */
import type { Probed } from '../../../src/runs/contract.ts';
import { short } from '../format.ts';

/** The index of the level of `levels` next to `t`; by ratio for σ, which goes over four powers of ten. */
export function nearestLevel({ t, sigma }: Pick<Probed, 't' | 'sigma'>, wanted: number): number {
  const distance = (value: number) =>
    isSigma({ t, sigma }) ? Math.abs(Math.log(value) - Math.log(Math.max(wanted, 1e-6))) : Math.abs(value - wanted);
  return t.reduce((best, value, i) => (distance(value) < distance(t[best]!) ? i : best), 0);
}

/** Whether the teacher's own unit is σ (EDM), not an index (DDPM). */
export const isSigma = ({ t, sigma }: Pick<Probed, 't' | 'sigma'>): boolean =>
  t.every((value, i) => value === sigma[i]);

/** The ends of EDM's levels that are of interest, and the last index of DDPM's. */
const [LEAST, MOST, LAST] = [0.02, 80, 999];

/** The level at a share of the way from little noise to much, and back. */
export const tAtShare = (share: number, ofSigma: boolean): number =>
  ofSigma ? LEAST * (MOST / LEAST) ** share : Math.round(share * LAST);
export const shareOfT = (t: number, ofSigma: boolean): number =>
  Math.min(1, Math.max(0, ofSigma ? Math.log(t / LEAST) / Math.log(MOST / LEAST) : t / LAST));

/** A level in words: σ alone where that is the teacher's own unit. */
export const levelText = (t: number, sigma: number): string =>
  t === sigma ? `σ = ${short(sigma)}` : `t = ${t}, σ = ${short(sigma)}`;
