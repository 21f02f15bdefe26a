/**
 * What has happened to the run or to the connection, and what to do about it.
 */
import { effect, signal } from '@preact/signals-core';
import { button } from '../components/button.ts';
import { h } from '../dom.ts';
import { clock, duration, seconds, short } from '../format.ts';
import type { RunModel } from '../run-model.ts';
import { resumeCommand, stateOf } from '../run-state.ts';
import type { Session } from '../session.ts';
import { nameOfIteration } from '../timeline.ts';

interface Banner {
  readonly kind: 'good' | 'warn' | 'bad';
  readonly text: readonly (Node | string)[];
  /** The run, when it can go on. */
  readonly resumable?: RunModel;
  /** What it is told by when it is put away; none: it stays. */
  readonly key?: string;
}

/** The banners that there are now, in one place. */
export function banners(session: Session): HTMLElement {
  const put = signal<readonly string[]>([]);
  const element = h('div', { class: 'banners', role: 'region', ariaLabel: 'State of the run' });
  effect(() => {
    const { value: model } = session.current;
    const all = [lost(session), model && ofRun(model)].filter((banner) => banner !== undefined);
    const shown = all.filter(({ key }) => key === undefined || !put.value.includes(key));
    element.hidden = shown.length === 0;
    element.replaceChildren(
      ...shown.map((banner) => draw(session, banner, () => (put.value = [...put.value, banner.key!]))),
    );
  });
  return element;
}

function draw(session: Session, { kind, text, resumable, key }: Banner, onPut: () => void): HTMLElement {
  return h(
    'div',
    { class: `banner ${kind}` },
    h('p', {}, ...text),
    ...(resumable ? waysToResume(session, resumable) : []),
    key !== undefined && button({ label: 'Close', icon: 'close', iconOnly: true, kind: 'quiet', onClick: onPut }),
  );
}

/** A button, or where the host starts nothing the command to copy. */
function waysToResume(session: Session, model: RunModel): HTMLElement[] {
  const resume = () =>
    session.host.ask('resume', { run: model.run }).then(
      () => session.announce('The run goes on.'),
      (error: unknown) => session.report(error),
    );
  if (session.canStart) return [button({ label: 'Resume', icon: 'play', kind: 'primary', onClick: resume })];
  const command = resumeCommand(model);
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => session.toasts.show('Copied.'),
      () => session.report('The browser does not let the page copy. Select the command instead.'),
    );
  return [h('code', {}, command), button({ label: 'Copy', onClick: copy })];
}

function lost({ connection }: Session): Banner | undefined {
  if (connection.value.state !== 'lost') return undefined;
  return {
    kind: 'warn',
    text: [
      `${connection.value.reason} What is here stays; the page tries to connect again. Runs go on by themselves. `,
      'If the server was ended, start ',
      h('code', {}, 'dmd-lab dashboard'),
      ' again and open its new link.',
    ],
  };
}

function ofRun(model: RunModel): Banner | undefined {
  const { status } = model.head.value;
  const place = nameOfIteration(model, status.iteration);
  switch (stateOf(model)) {
    case 'interrupted':
      return {
        kind: 'warn',
        text: [`The run's process is gone since ${clock(status.heartbeat)}, at ${place}. ${keptOf(model)}`],
        resumable: model,
      };
    case 'failed':
      return {
        kind: 'bad',
        text: [`Failed at ${place}. `, ...withCode(failureOf(model) ?? 'Nobody told why.')],
        key: `failed ${model.run} ${status.iteration}`,
      };
    case 'stopped':
      return {
        kind: 'warn',
        text: [`Stopped at ${place}. ${keptOf(model)}`],
        resumable: model,
        key: `stopped ${model.run} ${status.iteration}`,
      };
    case 'finished':
      return { kind: 'good', text: [resultOf(model)], key: `finished ${model.run}` };
    default:
      return undefined;
  }
}

/** A text of ours, what stands in backticks as code. */
const withCode = (text: string): (Node | string)[] =>
  text.split('`').map((part, i) => (i % 2 === 1 ? h('code', {}, part) : part));

function failureOf({ ended, head }: RunModel): string | undefined {
  const event = ended.value;
  return event?.type === 'failed' ? event.message : head.value.status.message;
}

function keptOf(model: RunModel): string {
  const last = model.events('checkpoint').value.at(-1);
  return last
    ? `It can go on from the checkpoint of ${nameOfIteration(model, last.iteration)}.`
    : 'There is no checkpoint: resuming begins anew.';
}

function resultOf({ ended }: RunModel): string {
  const event = ended.value;
  if (event?.type !== 'finished') return 'Finished.';
  const { steps, trainingSeconds, frechet, kl, speedup } = event.summary;
  return [
    `Finished: ${steps.toLocaleString('en')} steps in ${trainingSeconds < 10 ? seconds(trainingSeconds) : duration(trainingSeconds)}.`,
    frechet && `Fréchet distance ${short(frechet.oneStep)} in one step; the teacher's is ${short(frechet.teacher)}.`,
    kl !== undefined && `KL to the teacher ${short(kl)} nats.`,
    speedup != null && `${short(speedup)} times as fast as the teacher.`,
  ]
    .filter(Boolean)
    .join(' ');
}
