/**
 * What all views share: the host, the runs, where the reader is in them, and what they chose.
 */
import type { Signal } from '@preact/signals-core';
import type { RunSummary } from '../../src/runs/directory/list.ts';
import type { HostClient } from './host-client.ts';
import type { RunModel } from './run-model.ts';
import type { Settings } from './settings.ts';

/** The iteration that Samples, Scores, Method and Gradients show, of the events that there are. */
export interface Cursor {
  readonly iteration: number;
  /** Whether it goes along with the newest, until the reader moves it. */
  readonly following: boolean;
}

export interface App {
  readonly host: HostClient;
  readonly hostKind: 'browser' | 'vscode' | 'replay';
  readonly canStart: boolean;
  /** All runs that the host knows. */
  readonly runs: Signal<readonly RunSummary[]>;
  /** The run that the page shows. */
  readonly current: Signal<RunModel | undefined>;
  /** Those whose curves are drawn, `current` among them. */
  readonly overlaid: Signal<readonly RunModel[]>;
  readonly cursor: Signal<Cursor>;
  /** The samples, by number, and the noise level (in the teacher's own unit) that Scores and Method look at. */
  readonly focus: Signal<{ readonly sample: number; readonly t: number | undefined }>;
  readonly settings: Settings;
  /** Opens a run and shows it, or only lays its curves over those that are there. */
  open(run: string, how: 'show' | 'overlay'): Promise<void>;
  /** Takes its curves away again. */
  close(run: string): Promise<void>;
  /** Says something to those who do not see the page, and in the status line. */
  announce(text: string): void;
  /** Shows what went wrong, once. */
  report(error: unknown): void;
  /** Moves to a view: scrolls there, or chooses its tab. */
  go(view: ViewName): void;
}

export type ViewName = 'samples' | 'curves' | 'method' | 'scores' | 'gradients' | 'try' | 'draw' | 'details';

/** A part of the page. */
export interface View {
  readonly name: ViewName;
  readonly title: string;
  /** Makes the element once; it follows the app's signals from then on. */
  mount(app: App): HTMLElement;
}
