/**
 * The icon of a dashboard's tab: a curve that falls, in the colour of the run's state.
 */
import * as vscode from 'vscode';
import type { ListedState } from '../../src/runs/directory/list.ts';
import { isPaused, isWorking } from '../runs/run-state.ts';

export function panelIcon(state: ListedState | undefined): { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
  return { light: icon(colourOf(state, '#424242')), dark: icon(colourOf(state, '#c5c5c5')) };
}

function colourOf(state: ListedState | undefined, plain: string): string {
  if (state === undefined) return plain;
  if (isWorking({ state })) return '#3794ff';
  if (isPaused({ state })) return '#cca700';
  if (state === 'finished') return '#3fa34d';
  return state === 'failed' ? '#e51400' : plain;
}

function icon(colour: string): vscode.Uri {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="${colour}" stroke-linecap="round">` +
    '<path stroke-width="1.2" d="M2 2v12h12"/><path stroke-width="1.6" d="M4.5 3.5c.8 5.5 3 7.4 9 7.8"/></svg>';
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`, true);
}
