/**
 * Charts take turns: in each frame as many are drawn as fit, so that none holds up scrolling, however many change at once.
 */

/** What drawing may take of a frame, in milliseconds; one chart is always drawn. */
const BUDGET = 8;

const waiting = new Set<() => void>();
let frame: number | undefined;

/** Calls `draw` once in one of the next frames, however often it is asked for until then. */
export function drawSoon(draw: () => void): void {
  waiting.add(draw);
  frame ??= requestAnimationFrame(drawSome);
}

function drawSome(): void {
  const until = performance.now() + BUDGET;
  frame = undefined;
  for (const draw of waiting) {
    waiting.delete(draw);
    draw();
    if (performance.now() > until) break;
  }
  if (waiting.size > 0) frame ??= requestAnimationFrame(drawSome);
}
