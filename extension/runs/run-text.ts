/**
 * Runs in words, for the tree, the status bar and lists to pick from. Names and titles come from files: each is put on one
 * line without control characters.
 */
import { duration, figure } from '../../src/cli/figures.ts';
import { age, printable } from '../../src/cli/table.ts';
import type { ListedFigures, ListedState, RunSummary } from '../../src/runs/directory/list.ts';
import type { Status } from '../../src/runs/directory/status.ts';
import { isPaused, isRemovable, isResumable, isSteerable, isWorking } from './run-state.ts';

/** What a run is called: its title, or its directory's name; where that is a time and a teacher, in fewer words. */
export function nameOf({ name, title, began }: Pick<RunSummary, 'name' | 'title' | 'began'>): string {
  if (title !== undefined) return printable(title);
  const teacher = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-(.+)$/.exec(name)?.[1];
  if (teacher === undefined) return printable(name);
  const time = new Date(began);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${printable(teacher)} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** `paused · 120/500 · onnx · 3 min`. */
export function descriptionOf(run: RunSummary, now = Date.now()): string {
  return [
    run.state,
    ...(run.steps > 0 ? [`${run.step}/${run.steps}`] : []),
    ...(run.engine === undefined ? [] : [printable(run.engine)]),
    // seconds would be out of date at once
    now - Date.parse(run.began) < 60_000 ? 'just now' : age(run.began, now),
  ].join(' · ');
}

/** What the tree shows when the pointer rests on a run. */
export function tooltipOf(run: RunSummary): string {
  const { title, tags, message, engine, device, parent, figures } = run;
  return [
    run.name,
    ...(title === undefined ? [] : [title]),
    run.state === 'unreadable'
      ? 'unreadable: its status.json is damaged, or of a newer DMD Lab'
      : `${run.teacher}: ${run.state}, ${run.step} of ${run.steps} steps`,
    ...(message === undefined ? [] : [message]),
    ...(engine === undefined ? [] : [`${engine} on ${device ?? '?'}`]),
    ...(figures ? qualityOf(figures) : []),
    ...(tags.length === 0 ? [] : [tags.map((tag) => `#${tag}`).join(' ')]),
    ...(parent ? [`forked from ${parent.run}, iteration ${parent.iteration}`] : []),
  ]
    .map(printable)
    .join('\n');
}

/** How good the generator is, in a few words each. */
export function qualityOf({ frechet, kl, modes, modesFound }: ListedFigures): string[] {
  return [
    ...(frechet ? [`Fréchet distance ${figure(frechet.oneStep)}`] : []),
    ...(kl === undefined ? [] : [`KL ${figure(kl)} nats`]),
    ...(modes && modesFound !== undefined ? [`${modesFound} of ${modes.length} modes`] : []),
  ];
}

/** The codicon of a state, and a colour of the theme where the state calls for attention. */
export function iconOf(state: ListedState): { readonly id: string; readonly color?: string } {
  switch (state) {
    case 'starting':
    case 'warming-up':
    case 'running':
    case 'evaluating':
      return { id: 'sync~spin', color: 'charts.blue' };
    case 'paused':
      return { id: 'debug-pause', color: 'charts.yellow' };
    case 'finished':
      return { id: 'pass-filled', color: 'charts.green' };
    case 'stopped':
      return { id: 'debug-stop' };
    case 'failed':
      return { id: 'error', color: 'charts.red' };
    case 'interrupted':
      return { id: 'debug-disconnect', color: 'charts.orange' };
    case 'unreadable':
      return { id: 'question' };
  }
}

/** Words that menus ask for: `run` and what can be done with it. */
export function contextOf(run: RunSummary): string {
  const can = {
    working: isWorking,
    paused: isPaused,
    steerable: isSteerable,
    resumable: isResumable,
    removable: isRemovable,
  };
  return ['run', ...Object.entries(can).flatMap(([word, fits]) => (fits(run) ? [word] : []))].join(' ');
}

export interface Speed {
  /** Iterations a second. */
  readonly perSecond: number;
  readonly secondsLeft: number;
}

/** `$(sync~spin) two-modes 120/500 · 14.2 it/s · 0:27 left`; `others` are live too. */
export function statusText(run: RunSummary, status: Status, speed: Speed | undefined, others: number): string {
  const isWarmUp = status.state === 'warming-up';
  const place = isWarmUp ? `${status.iteration}/${status.iterations}` : `${status.step}/${status.steps}`;
  // what stands between `$(` and `)` would become an icon
  const name = nameOf(run).replaceAll('$(', '$\u200b(');
  return [
    `$(${iconOf(status.state).id}) ${name} ${status.state === 'running' ? '' : `${status.state} `}${place}`,
    ...(speed && status.state !== 'paused'
      ? [`${figure(speed.perSecond)} it/s`, `${duration(speed.secondsLeft)} left`]
      : []),
    ...(others > 0 ? [`+${others}`] : []),
  ].join(' · ');
}
