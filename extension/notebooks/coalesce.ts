/**
 * Outputs that wait to be shown, as few as will do: a cell may tell more in a second than a window can draw.
 */
import type { Output } from '../../kernel/protocol.ts';

/** Takes `next` into `waiting`: text joins text, and a display that is replaced before anybody saw it takes its new content. */
export function takeIn(waiting: Output[], next: Output): void {
  const last = waiting.at(-1);
  if (next.type === 'stream' && last?.type === 'stream' && last.name === next.name)
    waiting.splice(-1, 1, { ...last, text: last.text + next.text });
  else if (next.type === 'clear' && !next.wait) waiting.splice(0, waiting.length, next);
  else if (next.type === 'update-display') {
    const at = waiting.findIndex((output) => 'displayId' in output && output.displayId === next.displayId);
    const shown = waiting[at];
    if (shown && 'data' in shown) waiting[at] = { ...shown, data: next.data, metadata: next.metadata };
    else waiting.push(next);
  } else waiting.push(next);
}
