/**
 * Symbols of the paper that explain themselves: hovered or reached by keyboard, each says in a sentence what it is, with
 * its equation. The build turns the TeX of `symbols.json` into MathML.
 */
import { floatBeside } from './components/float.ts';
import { h } from './dom.ts';
import symbols from './symbols/symbols.json';

export type SymbolName = keyof typeof symbols;

interface Meaning {
  /** TeX, in the page MathML. */
  readonly tex: string;
  readonly name: string;
  readonly says: string;
  readonly equation: string;
  /** Which equation of the paper. */
  readonly number?: string;
}

const meanings: Readonly<Record<SymbolName, Meaning>> = symbols;
const DELAY = 200;

/** A symbol as the field writes it, with what it means. `interactive: false` for one within what is a button itself. */
export function symbol(name: SymbolName, { interactive = true } = {}): HTMLElement {
  if (!interactive) return h('span', { class: 'symbol' }, math(meanings[name].tex));
  const element = h(
    'span',
    { class: 'symbol explained', tabIndex: 0, attrs: { role: 'note', 'aria-label': words(name) } },
    math(meanings[name].tex),
  );
  explain(element, name);
  return element;
}

/** What a symbol means, for those who do not see it. */
export const words = (name: SymbolName): string => `${meanings[name].name}. ${meanings[name].says}`;

let card: HTMLElement | undefined;
let shownBy: HTMLElement | undefined;

/** Shows what `name` means beside `element`, while the pointer rests on it or the keyboard is at it. */
export function explain(element: HTMLElement, name: SymbolName): void {
  let timer: number | undefined;
  const show = () => {
    if (!element.isConnected) return;
    card ??= h('div', { class: 'meaning', popover: 'manual', attrs: { 'aria-hidden': 'true' } });
    const home = element.closest('dialog') ?? document.body;
    if (card.parentElement !== home) home.append(card);
    card.replaceChildren(...content(meanings[name]));
    card.showPopover();
    floatBeside(element, card);
    shownBy = element;
  };
  const hide = () => {
    clearTimeout(timer);
    if (shownBy !== element) return;
    card?.hidePopover();
    shownBy = undefined;
  };
  element.addEventListener('pointerenter', () => {
    clearTimeout(timer);
    timer = window.setTimeout(show, DELAY);
  });
  element.addEventListener('focus', () => {
    if (element.matches(':focus-visible')) show();
  });
  for (const end of ['pointerleave', 'blur', 'click']) element.addEventListener(end, hide);
  element.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hide();
  });
}

const content = ({ name, says, equation, number }: Meaning): HTMLElement[] => [
  h('h3', {}, name),
  h('p', {}, says),
  h('div', { class: 'equation' }, math(equation), number !== undefined && h('small', { class: 'soft' }, number)),
];

/** MathML out of our own build; never out of a run. */
function math(source: string): Node {
  const { body } = new DOMParser().parseFromString(source, 'text/html');
  return document.adoptNode(body.firstChild!);
}
