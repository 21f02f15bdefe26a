/**
 * Puts what floats beside what it belongs to, within the window.
 */
const [GAP, MARGIN] = [5, 8];

/** Places `floating`, which is shown and `position: fixed`, under `anchor`, or over it where there is more room. */
export function floatBeside(anchor: Element, floating: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const below = at.bottom + GAP + height + MARGIN <= innerHeight;
  const above = at.top - GAP - height >= MARGIN;
  const top = below || !above ? at.bottom + GAP : at.top - GAP - height;
  const left = at.left + width + MARGIN <= innerWidth ? at.left : at.right - width;
  floating.style.top = `${clamp(top, MARGIN, innerHeight - height - MARGIN)}px`;
  floating.style.left = `${clamp(left, MARGIN, innerWidth - width - MARGIN)}px`;
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
