/**
 * What takes the page over until it is closed.
 */
import { h } from '../dom.ts';
import { button } from './button.ts';

export interface DialogOptions {
  readonly title: string;
  readonly content: readonly (Node | string)[];
  /** In pixels. */
  readonly width?: number;
  readonly onClose?: () => void;
}

/** Opens a dialog; Escape, a click outside and its cross close it, and the focus goes back to where it was. */
export function openDialog({ title, content, width, onClose }: DialogOptions): HTMLDialogElement {
  const dialog = h('dialog', { class: 'dialog', ariaLabel: title });
  if (width !== undefined) dialog.style.setProperty('--dialog-width', `${width}px`);
  const close = button({ label: 'Close', icon: 'close', iconOnly: true, kind: 'quiet', onClick: () => dialog.close() });
  dialog.append(h('header', {}, h('h2', {}, title), close), h('div', { class: 'content' }, ...content));
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    onClose?.();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
