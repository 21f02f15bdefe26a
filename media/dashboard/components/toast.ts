/**
 * Short news at the edge of the page: what was done goes by itself, what went wrong stays until it is put away.
 */
import { h } from '../dom.ts';
import { button } from './button.ts';

const [SHOWN, MOST] = [7_000, 4];

export class Toasts {
  readonly element = h('div', { class: 'toasts', role: 'log', ariaLabel: 'Messages' });

  /** Shows a text, unless the same is there already. */
  show(text: string, kind: 'good' | 'bad' = 'good'): void {
    const shown = [...this.element.children] as HTMLElement[];
    if (shown.some((toast) => toast.dataset.text === text)) return;
    shown.slice(0, Math.max(0, shown.length - MOST + 1)).forEach((toast) => toast.remove());
    const toast = h('div', { class: `toast ${kind}`, attrs: { 'data-text': text } }, h('p', {}, text));
    toast.append(
      button({ label: 'Close', icon: 'close', iconOnly: true, kind: 'quiet', onClick: () => toast.remove() }),
    );
    this.element.append(toast);
    if (kind === 'good') setTimeout(() => toast.remove(), SHOWN);
  }
}
