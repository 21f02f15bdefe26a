/**
 * What a run ran on, where it came from, and what it has left.
 */
import { effect } from '@preact/signals-core';
import type { App } from '../app.ts';
import { checkpointsOf } from '../checkpoints.ts';
import { button } from '../components/button.ts';
import { h } from '../dom.ts';
import { clock } from '../format.ts';
import type { RunModel } from '../run-model.ts';
import { engineOf, whyEngine } from '../shell/engine.ts';
import { nameOfIteration } from '../timeline.ts';

/** Engine, device and why, threads, runtime, machine, parent. */
export function environment(app: App): HTMLElement {
  const list = h('dl', { class: 'facts' });
  effect(() => {
    const model = app.current.value;
    list.replaceChildren(
      ...(model ? factsOf(app, model) : []).flatMap(([name, ...value]) => [h('dt', {}, name), h('dd', {}, ...value)]),
    );
  });
  return h('section', {}, h('h3', {}, 'Environment'), list);
}

type Fact = [name: string, ...value: (Node | string | false)[]];

function factsOf(app: App, model: RunModel): Fact[] {
  const { path, status } = model.head.value;
  const { threads, runtime, teacher, time, parent = status.parent } = model.started.value ?? {};
  const facts: (Fact | false | undefined)[] = [
    ['Directory', h('code', {}, path)],
    ['Engine', engineOf(model), h('small', {}, whyEngine(model))],
    threads !== undefined && ['Threads', String(threads)],
    runtime !== undefined && ['Runtime', runtime],
    status.host !== '' && ['Process', `${status.pid} on ${status.host}`],
    time !== undefined && ['Started', clock(time)],
    teacher && [
      'Teacher',
      teacher.name,
      h('small', {}, `sample shape ${teacher.sampleShape.join(' × ')}`),
      h('small', { class: 'fingerprint', title: teacher.fingerprint }, teacher.fingerprint),
    ],
    parent && [
      'Forked from',
      h('code', {}, parent.run),
      ` at iteration ${parent.iteration} `,
      openParent(app, parent.run),
    ],
  ];
  return facts.filter((fact): fact is Fact => Boolean(fact));
}

/** A button, where the parent is among the runs that are known. */
function openParent(app: App, run: string): Node | false {
  const known = app.runs.value.find(({ path }) => path === run);
  return (
    known !== undefined && button({ label: 'Lay over', kind: 'quiet', onClick: () => app.open(known.path, 'overlay') })
  );
}

export function checkpoints(app: App): HTMLElement {
  const kept = checkpointsOf(app);
  const list = h('ol', { class: 'facts-list numbers' });
  const none = h('p', { class: 'soft' }, 'None is kept.');
  effect(() => {
    const model = app.current.value;
    const told = new Map(model?.events('checkpoint').value.map(({ iteration, time }) => [iteration, time]));
    none.hidden = kept.value.length > 0;
    list.replaceChildren(
      ...[...kept.value].reverse().map((iteration) => {
        const time = told.get(iteration);
        return h('li', {}, model && nameOfIteration(model, iteration), time && h('small', {}, clock(time)));
      }),
    );
  });
  return h('section', {}, h('h3', {}, 'Checkpoints'), none, list);
}

export function warnings(app: App): HTMLElement {
  const list = h('ul', { class: 'facts-list' });
  const element = h('section', {}, h('h3', {}, 'Warnings'), list);
  effect(() => {
    const told = app.current.value?.events('warning').value ?? [];
    element.hidden = told.length === 0;
    list.replaceChildren(...told.map(({ message, time }) => h('li', {}, message, h('small', {}, clock(time)))));
  });
  return element;
}
