/**
 * What stands where there is nothing to show yet: why, and what to do.
 */
import { h } from '../dom.ts';
import { icon, type IconName } from './icon.ts';

/** `text` may hold elements, such as a `code` or a button. */
export const emptyState = (name: IconName, title: string, ...text: (Node | string)[]): HTMLElement =>
  h('div', { class: 'empty' }, icon(name), h('h3', {}, title), text.length > 0 && h('p', {}, ...text));
