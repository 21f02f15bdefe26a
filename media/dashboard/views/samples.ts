/**
 * Samples: what the generator makes in one step, beside what the teacher makes of the same noise, over all moments.
 */
import { effect } from '@preact/signals-core';
import type { App, View } from '../app.ts';
import { emptyState } from '../components/empty-state.ts';
import { menu } from '../components/menu.ts';
import { h } from '../dom.ts';
import type { RunModel } from '../run-model.ts';
import { Frames } from '../samples/frames.ts';
import { openSample } from '../samples/enlarged.ts';
import { imageGrid } from '../samples/image-grid.ts';
import { eventAt, kindOf, oneStepEvents, teacherEvent, teacherNfe } from '../samples/moments.ts';
import { plane } from '../samples/plane.ts';
import { player } from '../samples/player.ts';
import { saveGif, savePng, saveWebm } from '../samples/save-samples.ts';
import { canRecordWebm } from '../samples/webm.ts';
import { nameOfIteration } from '../timeline.ts';

export const samples: View = { name: 'samples', title: 'Samples', mount };

function mount(app: App): HTMLElement {
  const controls = player(app);
  controls.append(saveMenu(app));
  const images = besideEachOther(app);
  const points = plane(app);
  const waiting = emptyState('images', 'No samples yet', 'The first come when the run has been prepared.');
  const none = emptyState('images', 'Nothing to look at', 'Samples of this teacher are neither images nor points.');
  effect(() => {
    const model = app.current.value;
    const kind = model && kindOf(model);
    const isEmpty = model === undefined || model.events('samples').value.length === 0;
    waiting.hidden = !isEmpty || kind === 'other';
    none.hidden = kind !== 'other';
    images.hidden = isEmpty || kind !== 'images';
    points.hidden = isEmpty || kind !== 'plane';
  });
  return h('div', { class: 'samples-view' }, controls, waiting, none, images, points);
}

function besideEachOther(app: App): HTMLElement {
  const frames = new Frames(app);
  effect(() => {
    const model = app.current.value;
    if (!model || kindOf(model) !== 'images') return;
    const events = oneStepEvents(model);
    const now = eventAt(events, app.cursor.value.iteration);
    const at = now ? events.indexOf(now) : -1;
    // those on either side are next, whichever way the reader goes
    frames.want(model, [now, teacherEvent(model), events[at + 1], events[at - 1], events[at + 2]]);
  });
  const onChoose = (model: RunModel, sample: number) => {
    app.focus.value = { ...app.focus.peek(), sample };
    openSample(app, frames, model, sample);
  };
  return h(
    'div',
    { class: 'beside' },
    imageGrid({
      app,
      frames,
      event: teacherEvent,
      caption: (model) => `Teacher, ${teacherNfe(model) ?? 'many'} NFE`,
      onChoose,
    }),
    imageGrid({
      app,
      frames,
      event: (model) => eventAt(oneStepEvents(model), app.cursor.value.iteration),
      caption: (model) => {
        const now = eventAt(oneStepEvents(model), app.cursor.value.iteration);
        return now ? `One step, 1 NFE, ${nameOfIteration(model, now.iteration)}` : 'One step, 1 NFE';
      },
      onChoose,
    }),
  );
}

function saveMenu(app: App): HTMLElement {
  const reason = () =>
    app.current.value && oneStepEvents(app.current.value).length > 0 ? undefined : 'There are no samples yet.';
  const save = (how: (model: RunModel) => Promise<void>) => () => {
    const model = app.current.peek();
    if (model) how(model).catch((error: unknown) => app.report(error));
  };
  /** As `save`, of what takes its time. */
  const make = (name: string, how: (app: App, model: RunModel) => Promise<void>) =>
    save(async (model) => {
      const { firstElementChild: anchor } = element;
      app.announce(`The ${name} is being made.`);
      anchor!.setAttribute('aria-busy', 'true');
      await how(app, model).finally(() => anchor!.removeAttribute('aria-busy'));
      app.announce(`The ${name} is made.`);
    });
  const element = menu({ label: 'Save the samples', icon: 'download', iconOnly: true, kind: 'quiet', reason }, () => [
    { label: 'PNG', hint: 'What is shown now', onSelect: save((model) => savePng(app, model)) },
    { label: 'GIF', hint: 'Over all steps', onSelect: make('GIF', saveGif) },
    ...(canRecordWebm() ? [{ label: 'WebM', hint: 'Over all steps, a video', onSelect: make('video', saveWebm) }] : []),
  ]);
  return element;
}
