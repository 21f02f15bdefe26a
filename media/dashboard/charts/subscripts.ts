/**
 * `L_DM` with a real subscript.
 */
import { h } from '../dom.ts';

/** `text`, with what follows an underscore, up to the next space or sign, below the line. */
export const withSubscripts = (text: string): (string | HTMLElement)[] =>
  text.split(/_(\w+)/).map((part, i) => (i % 2 === 1 ? h('sub', {}, part) : part));
