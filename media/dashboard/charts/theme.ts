/**
 * What charts take from the page's theme.
 */
import { computed, type ReadonlySignal } from '@preact/signals-core';
import { theme, themeColour, themeVersion } from '../theme.ts';

export interface ChartTheme {
  /** CSS colours. */
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly font: string;
  /** Any colour of theme.css by its name. */
  readonly color: (name: string) => string;
}

/** Read again whenever the page's colours change. */
export const chartTheme: ReadonlySignal<ChartTheme> = computed(() => {
  void themeVersion.value;
  return {
    text: themeColour('ink'),
    muted: themeColour('ink-soft'),
    // lines of high contrast are for borders: behind a chart they would outshine it
    grid: { 'hc-dark': '#555555', 'hc-light': '#b4b4b4' }[theme.value as string] ?? themeColour('line'),
    background: themeColour('panel'),
    font: getComputedStyle(document.body).fontFamily,
    color: themeColour,
  };
});
