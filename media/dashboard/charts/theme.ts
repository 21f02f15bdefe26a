/**
 * What charts take from the page's theme.
 */
import { computed, type ReadonlySignal } from '@preact/signals-core';
import { themeColour, themeVersion } from '../theme.ts';

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
    grid: themeColour('grid'),
    background: themeColour('panel'),
    font: getComputedStyle(document.body).fontFamily,
    color: themeColour,
  };
});
