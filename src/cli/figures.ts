/**
 * Figures as people read them.
 */
import type { Figures } from '../runs/summary.ts';

/** Three digits that count. */
export const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** `0.0312` as 31.2 ms. */
export const milliseconds = (seconds: number): string => `${figure(1000 * seconds)} ms`;

const percents = (shares: readonly number[]): string => shares.map((share) => figure(100 * share)).join(' ');

/** What the samples are, one line each: shares of classes, or shares and spreads of modes. */
export function describeShares({ classShares, modes }: Pick<Figures, 'classShares' | 'modes'>): string[] {
  return [
    ...(classShares ? [`shares of the classes: ${percents(classShares)} %`] : []),
    ...(modes
      ? [
          `shares of the modes: ${percents(modes.map(({ share }) => share))} %`,
          `spread within them, of the modes' own: ${modes.map((mode) => (mode.stdRatio === null ? '-' : figure(mode.stdRatio))).join(' ')}`,
        ]
      : []),
  ];
}

/** `75` as 1:15, `3675` as 1:01:15. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
