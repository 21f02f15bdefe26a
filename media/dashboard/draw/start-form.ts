/**
 * Starting a run: how long it may take, what it is called, and the button.
 */
import { signal } from '@preact/signals-core';
import type { Requests } from '../../../src/dashboard/protocol.ts';
import type { App } from '../app.ts';
import { button } from '../components/button.ts';
import { choice } from '../components/choice.ts';
import { h } from '../dom.ts';

export type Preset = NonNullable<Requests['start']['ask']['preset']>;

export interface StartOptions {
  /** What it is called when nobody calls it otherwise. */
  readonly placeholder: string;
  readonly label: string;
  readonly kind?: 'primary';
  /** How long each preset takes. */
  readonly patience: string;
  /** What it takes until the run is there. */
  readonly waiting: string;
  /** Why nothing can be started now. Reads signals. */
  readonly reason: () => string | undefined;
  readonly ask: () => Pick<Requests['start']['ask'], 'config' | 'mixture'>;
}

export function startForm(app: App, options: StartOptions): HTMLElement {
  const preset = signal<Preset>('quick');
  const title = h('input', {
    class: 'field',
    type: 'text',
    maxLength: 200,
    placeholder: options.placeholder,
    ariaLabel: 'Title of the run',
  });
  const news = h('p', { class: 'soft', role: 'status' });
  const start = async () => {
    news.textContent = options.waiting;
    try {
      await startRun(app, { ...options.ask(), preset: preset.peek() }, title.value.trim());
    } catch (error) {
      app.report(error);
    } finally {
      news.textContent = '';
    }
  };
  const reason = () => whyNoStart(app) ?? options.reason();
  const go = button({ label: options.label, icon: 'play', kind: options.kind, reason, onClick: start });
  return h(
    'form',
    {
      class: 'start-form',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        go.click();
      },
    },
    title,
    h(
      'div',
      { class: 'toolbar' },
      choice('Preset', preset, [
        { value: 'quick', label: 'Quick' },
        { value: 'long', label: 'Long' },
      ]),
      go,
    ),
    h('p', { class: 'soft' }, options.patience),
    news,
  );
}

/** Why this page starts nothing at all. */
export function whyNoStart({ canStart, hostKind }: App): string | undefined {
  if (canStart) return undefined;
  if (hostKind === 'replay') return 'A replay only shows. Open a dashboard, with dmd-lab dashboard, to start runs.';
  if (hostKind === 'vscode')
    return 'This workspace is not trusted: what is there can be looked at, nothing is started.';
  return 'This dashboard only shows: nothing is started from here.';
}

async function startRun(app: App, ask: Requests['start']['ask'], title: string): Promise<void> {
  const { ok } = await app.host.ask('start', ask);
  if (title) {
    await app.host
      .ask('saveNotes', { run: ok.run, notes: { name: title } })
      .catch((error: unknown) => app.report(error));
  }
  await app.open(ok.run, 'show');
  app.go('samples');
  scrollTo({ top: 0 });
}
