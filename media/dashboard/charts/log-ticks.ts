/**
 * Few and round numbers for a logarithmic axis.
 */

/** How close the digits of a decade may stand, from far to near. */
const digitsOfDecade = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9],
];
const MOST = 6;

/**
 * About three to six round values in `least`..`greatest`, both above 0, rising; fewer where the two are very close.
 */
export function logTicks(least: number, greatest: number): number[] {
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(greatest))];
  const every = Math.ceil((high - low) / MOST);
  const inside = (digits: readonly number[]): number[] => {
    const ticks: number[] = [];
    for (let decade = Math.ceil(low / every) * every; decade <= high; decade += every)
      for (const digit of digits) ticks.push(Number(`${digit}e${decade}`));
    return ticks.filter((tick) => tick >= least && tick <= greatest);
  };
  const choices = digitsOfDecade.map(inside);
  return choices.find((ticks) => ticks.length >= 3) ?? choices.at(-1)!;
}

/** A tick as it is written: `0.02`, `300`, `10⁻⁵`. */
export function tickText(tick: number): string {
  const decade = Math.floor(Math.log10(tick) + 1e-9);
  if (decade >= -3 && decade < 5) return String(tick);
  const digit = Number((tick / 10 ** decade).toPrecision(3));
  return `${digit === 1 ? '' : `${digit}·`}10<sup>${decade}</sup>`.replace('-', '−');
}
