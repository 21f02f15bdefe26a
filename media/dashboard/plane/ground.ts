/**
 * What stands behind every picture of the plane: lines with their numbers, the axes among them.
 */
import { themeColour } from '../theme.ts';

/** Draws the lines from −reach to reach into a square of `side` pixels, of which `ratio` are one of CSS. */
export function drawGround(
  context: CanvasRenderingContext2D,
  { reach, every = steps.find((step) => reach / step <= 4) ?? reach }: { reach: number; every?: number },
  side: number,
  ratio: number,
): void {
  context.fillStyle = themeColour('ink-soft');
  context.strokeStyle = themeColour('grid');
  context.font = `${11 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
  for (let value = -Math.floor(reach / every) * every; value <= reach; value += every) {
    const [x, y] = [((value / reach + 1) / 2) * side, ((1 - value / reach) / 2) * side];
    context.lineWidth = (value === 0 ? 1.5 : 0.75) * ratio;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, side);
    context.moveTo(0, y);
    context.lineTo(side, y);
    context.stroke();
    // at the edge there is no room for a number
    if (Math.abs(value) === reach) continue;
    const text = String(value).replace('-', '−');
    context.fillText(text, x + 3 * ratio, side - 5 * ratio);
    if (value !== 0) context.fillText(text, 4 * ratio, y - 3 * ratio);
  }
}

const steps = [0.5, 1, 2, 5, 10, 20, 50, 100];
