/**
 * Curves: losses, gradient norms and quality of all runs that are open, as small multiples over one x axis.
 */
import { computed, effect, signal } from '@preact/signals-core';
import type { App, View } from '../app.ts';
import { Chart, type Range } from '../charts/chart.ts';
import { curveSettings, forAll, smoothingSlider, xChoice } from '../curves/curve-settings.ts';
import { evaluationsOf, measures, qualityCurve } from '../curves/quality.ts';
import { quantities } from '../curves/quantities.ts';
import { stepCurve } from '../curves/step-curve.ts';
import { timeUnit, xOfIteration } from '../curves/x-axis.ts';
import { h } from '../dom.ts';

export const curves: View = { name: 'curves', title: 'Curves', mount };

function mount(app: App): HTMLElement {
  // zooming one zooms all that have the same axis
  const ranges = { step: signal<Range | undefined>(undefined), time: signal<Range | undefined>(undefined) };
  const stepCharts = quantities.map((quantity) => {
    const settings = curveSettings(app.settings, quantity.name, quantity.log);
    return { settings, chart: new Chart(app, stepCurve(app, quantity, settings, ranges)) };
  });
  const qualityCharts = measures.map((measure) => {
    const settings = curveSettings(app.settings, measure.name, true);
    const chart = new Chart(app, qualityCurve(app, measure, settings, ranges));
    // a run is judged by one of the measures
    effect(() => {
      chart.element.hidden = app.overlaid.value.every((run) => evaluationsOf(run, measure.name).length === 0);
    });
    return { settings, chart };
  });
  const charts = [...stepCharts, ...qualityCharts];

  // where a range in minutes becomes one in hours it means nothing any more
  const unit = computed(() => {
    for (const run of app.overlaid.value) void run.stepsVersion.value;
    return timeUnit(app.overlaid.value).name;
  });
  effect(() => {
    void unit.value;
    ranges.time.value = undefined;
  });
  for (const { chart, settings } of charts) {
    effect(() => {
      const run = app.current.value;
      void run?.stepsVersion.value;
      const axisUnit = timeUnit(app.overlaid.value);
      chart.markAt(run && xOfIteration(run, app.cursor.value.iteration, settings.x.value, axisUnit));
    });
  }
  const all = charts.map(({ settings }) => settings);
  return h(
    'div',
    { class: 'curves' },
    h(
      'div',
      { class: 'toolbar' },
      smoothingSlider(forAll(all.map(({ smoothing }) => smoothing))),
      xChoice(forAll(all.map(({ x }) => x))),
    ),
    h('div', { class: 'curves-grid' }, ...charts.map(({ chart }) => chart.element)),
  );
}
