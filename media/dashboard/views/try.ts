/**
 * Try it: samples on demand, in one step beside the teacher's many, and how long each takes.
 */
import { computed, effect, signal } from '@preact/signals-core';
import type { App, View } from '../app.ts';
import { checkpointsOf } from '../checkpoints.ts';
import { button } from '../components/button.ts';
import { emptyState } from '../components/empty-state.ts';
import { slider } from '../components/slider.ts';
import { toggle } from '../components/toggle.ts';
import { h } from '../dom.ts';
import { short } from '../format.ts';
import { teacherEvent } from '../samples/moments.ts';
import { reachOf } from '../samples/plane-plot.ts';
import { checkpointSelect, classControls, countSlider, seedControls } from '../try/controls.ts';
import { generated, type Batch, type Generated } from '../try/generated.ts';
import { commonReach } from '../try/picture.ts';
import { paceOf, paceWords, Race } from '../try/race.ts';
import { sideView } from '../try/side-view.ts';
import { MOST_STEPS, wishesOf, type Wishes } from '../try/wishes.ts';

export const tryIt: View = { name: 'try', title: 'Try it', mount };

function mount(app: App): HTMLElement {
  const wishes = wishesOf(app);
  const checkpoints = checkpointsOf(app);
  const seen = signal(false);
  const drawn = generated(app, wishes, seen);
  const reason = () => whyNothing(app, wishes, checkpoints.value.length);
  const draw = button({ label: 'Draw', icon: 'play', kind: 'primary', reason, onClick: () => drawn.again() });

  const empty = h('div', {});
  effect(() => {
    const why = reason();
    const begin = 'In one step beside the teacher, from the same noise. What you change then is drawn at once.';
    empty.hidden = drawn.begun.value && why === undefined;
    empty.replaceChildren(emptyState('images', why ? 'Nothing to draw from' : 'Draw samples yourself', why ?? begin));
  });
  const sides = besideEachOther(app, wishes, drawn);
  effect(() => {
    sides.hidden = !empty.hidden && !drawn.oneStep.value.batch;
  });
  const element = h(
    'div',
    { class: 'try' },
    h(
      'div',
      { class: 'toolbar' },
      checkpointSelect(app, wishes.checkpoint, checkpoints),
      seedControls(wishes),
      countSlider(wishes),
      h('span', { class: 'end' }, draw),
    ),
    classControls(app, wishes),
    empty,
    sides,
    remark(app, drawn),
  );
  // nothing is computed for what nobody looks at
  new IntersectionObserver(([entry]) => (seen.value = entry!.isIntersecting)).observe(element);
  return element;
}

/** Why nothing can be drawn of the run. Reads signals. */
function whyNothing({ hostKind, current }: App, { kind }: Wishes, checkpoints: number): string | undefined {
  if (hostKind === 'replay')
    return 'A replay only shows. Open the run itself, with dmd-lab dashboard, to draw from it.';
  if (!current.value || kind.value === undefined) return 'The run has not begun.';
  if (kind.value === 'other') return 'Samples of this teacher are neither images nor points.';
  // one that has ended may have left its generator alone
  if (checkpoints > 0 || !current.value.head.value.live) return undefined;
  return 'The run has no checkpoint yet. Keep one: the button is at the top.';
}

function besideEachOther(app: App, wishes: Wishes, { oneStep, teacher }: Generated): HTMLElement {
  const race = new Race();
  const chosen = signal(0);
  const reach = computed(() => {
    const taught = app.current.value && teacherEvent(app.current.value)?.points;
    return taught ? reachOf(taught) : commonReach([oneStep.value.batch, teacher.value.batch]);
  });
  const slowest = computed(() => Math.max(...[oneStep, teacher].map(({ value }) => value.batch?.secondsPerImage ?? 0)));
  const isWay = computed(() => oneStep.value.batch?.of.toSeed !== undefined);
  const shown = ({ shape, secondsPerImage }: Batch): number => {
    const { value: elapsed } = race.elapsed;
    return elapsed === undefined ? shape[0]! : Math.min(shape[0]!, Math.floor(elapsed / secondsPerImage));
  };
  const way = slider({
    label: 'Along the way',
    value: chosen,
    max: () => (oneStep.value.batch?.shape[0] ?? 1) - 1,
    format: (at) => `${Math.round((100 * at) / Math.max(1, (oneStep.value.batch?.shape[0] ?? 1) - 1))} %`,
  });
  way.classList.add('try-way');
  const taught = sideView({
    name: 'Teacher',
    colour: 'teacher',
    side: teacher,
    shown,
    chosen,
    reach,
    slowest,
    controls: teacherControls(wishes),
  });
  effect(() => {
    way.hidden = !isWay.value;
    taught.hidden = !wishes.withTeacher.value;
  });
  // what comes new is shown at once
  effect(() => {
    void [oneStep.value.batch, teacher.value.batch];
    race.stop();
  });
  return h(
    'div',
    { class: 'try-sides' },
    way,
    h(
      'div',
      { class: 'beside' },
      sideView({
        name: 'One step',
        colour: 'one-step',
        side: oneStep,
        shown,
        chosen,
        reach,
        slowest,
        controls: h('div', { class: 'toolbar try-controls' }, toggle('The teacher beside it', wishes.withTeacher)),
      }),
      taught,
    ),
    comparison(race, wishes, { oneStep, teacher }),
  );
}

function teacherControls({ teacherSteps }: Wishes): HTMLElement {
  const steps = slider({ label: 'Steps', value: teacherSteps, min: 1, max: MOST_STEPS });
  return h('div', { class: 'toolbar try-controls' }, steps);
}

/** How many times as fast one step is; and that to be seen. */
function comparison(
  race: Race,
  { withTeacher }: Wishes,
  { oneStep, teacher }: Pick<Generated, 'oneStep' | 'teacher'>,
): HTMLElement {
  const both = computed(() => {
    const [one, many] = [oneStep.value.batch, teacher.value.batch];
    return withTeacher.value && one && many ? { one, many } : undefined;
  });
  const seconds = () => {
    const { many } = both.value!;
    return many.secondsPerImage * many.shape[0]!;
  };
  const [times, pace] = [h('strong', {}), h('span', { class: 'soft' })];
  const element = h(
    'div',
    { class: 'toolbar try-comparison' },
    h('p', {}, 'One step is ', times, ' as fast.'),
    button({
      label: 'Race',
      icon: 'step',
      hint: 'Both draw at the pace that was measured',
      onClick: () => race.start(seconds()),
    }),
    pace,
  );
  effect(() => {
    element.hidden = both.value === undefined;
    if (!both.value) return;
    const { one, many } = both.value;
    times.textContent = `${short(many.secondsPerImage / one.secondsPerImage)} times`;
    pace.textContent = paceWords(paceOf(seconds()));
    pace.style.visibility = race.elapsed.value === undefined ? 'hidden' : 'visible';
  });
  return element;
}

/** What is to be known of the times. */
function remark(app: App, { oneStep }: Generated): HTMLElement {
  const words = h('p', { class: 'soft' });
  effect(() => {
    words.hidden = !oneStep.value.batch;
    words.textContent = app.current.value?.head.value.live
      ? 'Times are medians of a batch on this machine, while the run trains beside it: both sides are slower than they can be.'
      : 'Times are medians of a batch on this machine.';
  });
  return words;
}
