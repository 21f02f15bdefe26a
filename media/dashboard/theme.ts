/**
 * Which of four themes the page wears, and its colours for those who draw.
 */
import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';

export const themes = ['light', 'dark', 'hc-dark', 'hc-light'] as const;
export type Theme = (typeof themes)[number];
/** `auto`: as the system, or VS Code, has it. */
export type ThemeChoice = 'auto' | Theme;

export const isThemeChoice = (value: unknown): value is ThemeChoice =>
  value === 'auto' || (themes as readonly unknown[]).includes(value);

const worn = signal<Theme>('light');

/** The theme that the page wears; drawings made with its colours are to be made again when it changes. */
export const theme: ReadonlySignal<Theme> = worn;
/** Counts changes of colours, which VS Code can make within a theme as well. */
const version = signal(0);
export const themeVersion: ReadonlySignal<number> = version;

/** The colour of a variable of theme.css, `themeColour('series-0')`, as CSS text; read anew when `themeVersion` changes. */
export const themeColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Colours of runs and quantities, of theme.css. */
const SERIES_COLOURS = 8;

/** The name of the colour with that number, from 0; after the last comes the first. */
export const seriesColour = (index: number): `series-${number}` => `series-${index % SERIES_COLOURS}`;

/** Dresses the page: as `choice` says in a browser, as VS Code does in a webview. */
export function wear(choice: Signal<ThemeChoice>): void {
  const system = systemTheme();
  effect(() => {
    const chosen = choice.value === 'auto' ? system.value : choice.value;
    document.documentElement.dataset.theme = chosen;
    worn.value = chosen;
    version.value = version.peek() + 1;
  });
  // VS Code writes a theme's colours on the root; `data-theme` is ours
  new MutationObserver(() => version.value++).observe(document.documentElement, { attributeFilter: ['style'] });
}

function systemTheme(): ReadonlySignal<Theme> {
  const dark = matching('(prefers-color-scheme: dark)');
  const contrast = matching('(prefers-contrast: more)');
  const vscode = signal(vscodeTheme());
  new MutationObserver(() => (vscode.value = vscodeTheme())).observe(document.body, { attributeFilter: ['class'] });
  return computed(() => {
    if (vscode.value) return vscode.value;
    if (contrast.value) return dark.value ? 'hc-dark' : 'hc-light';
    return dark.value ? 'dark' : 'light';
  });
}

function vscodeTheme(): Theme | undefined {
  const { classList } = document.body;
  if (classList.contains('vscode-high-contrast-light')) return 'hc-light';
  if (classList.contains('vscode-high-contrast')) return 'hc-dark';
  if (classList.contains('vscode-dark')) return 'dark';
  return classList.contains('vscode-light') ? 'light' : undefined;
}

/** Whether a media query matches. */
export function matching(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener('change', () => (matches.value = media.matches));
  return matches;
}
