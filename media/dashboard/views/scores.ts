/**
 * Score difference: what the real and the fake score make of the same noised samples, at a noise level that can be chosen.
 */
import { computed, effect } from '@preact/signals-core';
import type { App, View } from '../app.ts';
import { Chart } from '../charts/chart.ts';
import { button } from '../components/button.ts';
import { emptyState } from '../components/empty-state.ts';
import { slider } from '../components/slider.ts';
import { toggle } from '../components/toggle.ts';
import { h } from '../dom.ts';
import { imageScores } from '../scores/image-scores.ts';
import { levelChart } from '../scores/level-chart.ts';
import { levelText, nearestLevel, shareOfT, tAtShare } from '../scores/levels.ts';
import { planeScores } from '../scores/plane-scores.ts';
import { scoresOf, type Scores } from '../scores/scores-of.ts';
import { sourceChoice } from '../scores/source-choice.ts';
import { kindOf } from '../samples/moments.ts';
import { nameOfIteration } from '../timeline.ts';

export const scores: View = { name: 'scores', title: 'Score difference', mount };

/** Samples that can be asked for. */
const MOST = 10_000;

function mount(app: App): HTMLElement {
  const looked = scoresOf(app);
  const all = app.settings.signal('scores.all', false, (value) => typeof value === 'boolean');
  /** The chosen sample's place among those that were seen. */
  const place = computed(() => {
    const { samples = [] } = looked.seen.value ?? {};
    const at = samples.indexOf(app.focus.value.sample);
    return at >= 0 ? at : Math.max(0, samples.length - 1);
  });
  const images = imageScores(app, looked, place, all);
  const plane = planeScores(app, looked, place);
  const chart = new Chart(app, levelChart(app, looked));
  const waiting = h('div', {});
  const content = h('div', { class: 'scores-grid' }, h('div', { class: 'scores-main' }, images, plane), chart.element);
  const allToggle = toggle('All samples', all);
  effect(() => {
    const model = app.current.value;
    const kind = model && kindOf(model);
    const isReady = looked.seen.value !== undefined && (kind === 'images' || kind === 'plane');
    waiting.hidden = isReady;
    content.hidden = !isReady;
    images.hidden = allToggle.hidden = kind !== 'images';
    plane.hidden = kind !== 'plane';
    content.classList.toggle('of-plane', kind === 'plane');
    if (!isReady) waiting.replaceChildren(nothingYet(app, looked));
  });
  const element = h(
    'div',
    { class: 'scores-view' },
    h(
      'div',
      { class: 'toolbar' },
      sourceChoice(app, looked),
      levelSlider(app, looked),
      stepper(app, looked),
      allToggle,
    ),
    shownWords(app, looked),
    waiting,
    content,
  );
  looked.watch(element);
  return element;
}

/** Over the levels of the probe, or over any. */
function levelSlider(app: App, { source, probe, ofSigma, seen }: Scores): HTMLElement {
  const set = (t: number) => (app.focus.value = { ...app.focus.peek(), t });
  const wanted = () => app.focus.value.t ?? seen.value?.t;
  const recorded = slider({
    label: 'Noise level',
    value: {
      get value() {
        const t = wanted();
        return probe.value && t !== undefined ? nearestLevel(probe.value, t) : 0;
      },
      set value(index: number) {
        const t = probe.peek()?.t[index];
        if (t !== undefined) set(t);
      },
    },
    max: () => Math.max(0, (probe.value?.t.length ?? 1) - 1),
    format: (index) => (probe.value ? levelText(probe.value.t[index]!, probe.value.sigma[index]!) : '–'),
  });
  const any = slider({
    label: 'Noise level',
    value: {
      get value() {
        const t = wanted();
        return t === undefined ? 0 : shareOfT(t, ofSigma.value);
      },
      set value(share: number) {
        set(tAtShare(share, ofSigma.peek()));
      },
    },
    max: 1,
    step: 0.005,
    format: (share) => (seen.value ? levelText(seen.value.t, seen.value.sigma) : `${Math.round(100 * share)} %`),
  });
  effect(() => {
    recorded.hidden = source.value !== 'recorded';
    any.hidden = source.value === 'recorded';
  });
  return h('span', { class: 'level-slider' }, recorded, any);
}

function stepper(app: App, { source, seen }: Scores): HTMLElement {
  const count = () => (source.value === 'asked' ? MOST : (seen.value?.samples.length ?? 1));
  const at = () => Math.min(app.focus.value.sample, count() - 1);
  const by = (step: number) => () => {
    app.focus.value = { ...app.focus.peek(), sample: (at() + step + count()) % count() };
  };
  const words = h('output', { class: 'numbers' });
  effect(() => {
    words.textContent = `Sample ${at() + 1}`;
  });
  return h(
    'span',
    { class: 'toolbar chooser' },
    button({ label: 'Score of the sample before', icon: 'left', iconOnly: true, kind: 'quiet', onClick: by(-1) }),
    words,
    button({ label: 'Score of the next sample', icon: 'right', iconOnly: true, kind: 'quiet', onClick: by(1) }),
  );
}

/** Of when the scores are that are shown. */
function shownWords(app: App, { seen, source, asking, error, probe }: Scores): HTMLElement {
  const words = h('p', { class: 'soft numbers scores-shown' });
  effect(() => {
    const model = app.current.value;
    const shown = seen.value;
    const { live } = model?.head.value ?? { live: false };
    words.classList.toggle('bad', error.value !== undefined);
    if (error.value !== undefined) words.textContent = error.value;
    else if (!model || !shown) words.textContent = '';
    else if (asking.value && !shown.samples.includes(app.focus.value.sample))
      words.textContent = `Asking for sample ${app.focus.value.sample + 1}…`;
    else {
      const from = source.value === 'recorded' ? 'recorded at' : live ? 'live, asked at' : 'last checkpoint,';
      const text = `${levelText(shown.t, shown.sigma)}, ${from} ${nameOfIteration(model, shown.iteration)}`;
      const isLate = source.value === 'recorded' && probe.value && shown.iteration !== probe.value.iteration;
      words.textContent = asking.value && isLate ? `${text} · loading ${nameOfIteration(model, probe.value!.iteration)}` : text;
    }
  }); // prettier-ignore
  return words;
}

function nothingYet(app: App, { error }: Scores): HTMLElement {
  const model = app.current.value;
  if (error.value !== undefined) return emptyState('warning', 'No scores to show', error.value);
  if (model?.started.value?.config.lambdaDm === 0)
    return emptyState('layers', 'Nothing is matched', 'This run has no distribution matching (lambdaDm is 0).');
  if (model && kindOf(model) === 'other')
    return emptyState('layers', 'Nothing to look at', 'Samples of this teacher are neither images nor points.');
  return emptyState('layers', 'No scores yet', 'The first come when the run has been prepared.');
}
