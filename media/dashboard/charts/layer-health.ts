/**
 * Layers whose gradients vanish or explode: what is far from how that layer usually was.
 */

/** How many times the median of what it was before, up or down, is worth a flag. */
export const FAR = 20;
/** Earlier measurements without which nothing is said. */
export const ENOUGH = 5;

export type LayerFlag = 'vanishing' | 'exploding';

export interface LayerHealth {
  readonly flag: LayerFlag;
  /** Why, for people. */
  readonly reason: string;
}

/**
 * What is wrong with a layer whose gradient norms were `history`, oldest first, the one in question last; undefined when
 * nothing is. Not finite: exploding. Exactly 0, after it was not: vanishing. Else the last is compared with the median of
 * those before it, of which there must be `ENOUGH`.
 */
export function healthOf(history: readonly number[]): LayerHealth | undefined {
  const now = history.at(-1);
  if (now === undefined) return undefined;
  if (!Number.isFinite(now)) return { flag: 'exploding', reason: 'The gradient is not finite.' };
  const before = history.slice(0, -1).filter(Number.isFinite);
  if (before.length < ENOUGH) return undefined;
  const usual = median(before);
  if (usual === 0) return undefined;
  if (now === 0) return { flag: 'vanishing', reason: 'The gradient is 0.' };
  const [flag, factor, word] = now > usual ? (['exploding', now / usual, 'above'] as const) : (['vanishing', usual / now, 'below'] as const); // prettier-ignore
  if (factor < FAR) return undefined;
  return {
    flag,
    reason: `Its norm is ${factor < 100 ? factor.toPrecision(2) : Math.round(factor)} times ${word} its median so far (flagged from ${FAR} times).`,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
