/**
 * A few words about an element, shown while the pointer rests on it or the keyboard is at it.
 */
import { h } from '../dom.ts';
import { floatBeside } from './float.ts';

const DELAY = 350;

let shared: HTMLElement | undefined;

/** Gives `element` a tooltip; `text` is asked for when it is shown, and nothing is shown when it is empty. */
export function tooltip(element: HTMLElement, text: () => string): void {
  let timer: number | undefined;
  const show = () => {
    const words = text();
    if (!words || !element.isConnected) return;
    const tip = theTooltip();
    tip.textContent = words;
    tip.showPopover();
    floatBeside(element, tip);
    element.setAttribute('aria-describedby', tip.id);
  };
  const hide = () => {
    clearTimeout(timer);
    if (element.getAttribute('aria-describedby') !== shared?.id) return;
    element.removeAttribute('aria-describedby');
    shared?.hidePopover();
  };
  element.addEventListener('pointerenter', () => {
    clearTimeout(timer);
    timer = window.setTimeout(show, DELAY);
  });
  element.addEventListener('focus', () => {
    if (element.matches(':focus-visible')) show();
  });
  element.addEventListener('pointerleave', hide);
  element.addEventListener('blur', hide);
  element.addEventListener('click', hide);
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
}

function theTooltip(): HTMLElement {
  shared ??= h('div', { class: 'tooltip', id: 'tooltip', popover: 'manual', role: 'tooltip' });
  // within an open dialog only what is inside it can be pointed at and described
  const home = document.querySelector('dialog[open]') ?? document.body;
  if (shared.parentElement !== home) home.append(shared);
  return shared;
}
