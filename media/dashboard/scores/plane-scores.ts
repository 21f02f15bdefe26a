/**
 * Scores in the plane, which move as the run goes on.
 */
import { computed, effect, type ReadonlySignal } from '@preact/signals-core';
import type { App } from '../app.ts';
import { withSubscripts } from '../charts/subscripts.ts';
import { toggle } from '../components/toggle.ts';
import { h } from '../dom.ts';
import { short } from '../format.ts';
import { kindOf } from '../samples/moments.ts';
import { surfaceOf } from '../samples/surface.ts';
import { symbol } from '../symbols.ts';
import { matching, themeColour, themeVersion } from '../theme.ts';
import { arrowLegend, arrowScale } from './arrow-scale.ts';
import { drawArrow, drawPlane, realDensity, type PlanePicture, type RealDensity } from './plane-picture.ts';
import { diffuse, kernelsOf, reachOfKernels, teacherKernels } from './real-density.ts';
import type { Scores } from './scores-of.ts';
import { alphaOf, scoreDifference, type Seen } from './seen.ts';

/** Milliseconds from one moment to the next, and pixels of the largest square. */
const [MOVES, LARGEST] = [420, 680];

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** What moves: the samples, noised, and the arrows on them. */
interface Moving {
  readonly x: Float32Array;
  readonly x_t: Float32Array;
  readonly arrows: Float32Array;
}

/** `place`: of the chosen sample among those that were seen. */
export function planeScores(app: App, scores: Scores, place: ReadonlySignal<number>): HTMLElement {
  const shows = {
    real: app.settings.signal('scores.real', true, isBoolean),
    fake: app.settings.signal('scores.fake', true, isBoolean),
    arrows: app.settings.signal('scores.arrows', true, isBoolean),
    moves: app.settings.signal('scores.moves', true, isBoolean),
  };
  const still = matching('(prefers-reduced-motion: reduce)');
  const canvas = h('canvas', { role: 'img' });
  const legend = h('canvas', { class: 'arrow-legend', ariaHidden: 'true' });
  const legendText = h('span', { class: 'numbers' });
  const words = h('p', { class: 'soft numbers' });
  const box = h('div', { class: 'plane-box' }, canvas);

  /** All but what moves: it changes with the level, the run and the theme alone. */
  const ground = computed(() => {
    const model = app.current.value;
    const seen = scores.seen.value;
    if (!model || !seen || kindOf(model) !== 'plane' || seen.shape[0] !== 2) return undefined;
    const alpha = alphaOf(seen);
    const kernels = teacherKernels(model);
    const teacher = kernels && diffuse(kernels, alpha, seen.sigma);
    const reach = reachOfKernels(teacher ?? diffuse(kernelsOf(seen.tensors.x), alpha, seen.sigma));
    return { teacher, reach, seen, scale: arrowScale(model.events('probe').value, seen) };
  });
  let painted: { key: string; density: RealDensity } | undefined;
  const paintedReal = (): RealDensity | undefined => {
    const { teacher, reach, seen } = ground.peek()!;
    if (!teacher || !shows.real.peek()) return undefined;
    const key = [app.current.peek()?.run, seen.sigma, reach, teacher.centres.length, themeVersion.peek()].join();
    if (painted?.key !== key) painted = { key, density: realDensity(teacher, reach, themeColour('real')) };
    return painted.density;
  };

  let now: Moving = { x: new Float32Array(), x_t: new Float32Array(), arrows: new Float32Array() };
  let frame: number | undefined;
  const draw = () => {
    if (!ground.peek() || surface.room() === 0) return;
    const { reach, seen, scale } = ground.peek()!;
    const side = Math.min(surface.room(), LARGEST, Math.max(280, innerHeight - 180));
    const ratio = surface.begin(() => [Math.round(side * devicePixelRatio), Math.round(side * devicePixelRatio)]);
    const picture: PlanePicture = {
      reach,
      real: paintedReal(),
      fake: shows.fake.peek() ? diffuse(kernelsOf(now.x), alphaOf(seen), seen.sigma) : undefined,
      points: now.x_t,
      arrows: shows.arrows.peek() ? now.arrows : undefined,
      scale,
      chosen: place.peek(),
    };
    drawPlane(surface.context, picture, canvas.width, ratio);
  };
  const surface = surfaceOf(canvas, box, draw);

  const move = (target: Moving, jump: boolean) => {
    const from = now;
    const begin = performance.now();
    const isFar = jump || from.x.length !== target.x.length || still.peek() || document.hidden || !shows.moves.peek();
    if (frame !== undefined) cancelAnimationFrame(frame);
    const next = (time: number) => {
      const share = isFar ? 1 : Math.min(1, Math.max(0, time - begin) / MOVES);
      const eased = share * share * (3 - 2 * share);
      now = share === 1 ? target : between(from, target, eased);
      draw();
      frame = share < 1 ? requestAnimationFrame(next) : undefined;
    };
    if (isFar) next(begin);
    else frame = requestAnimationFrame(next);
  };

  let before: Seen | undefined;
  effect(() => {
    if (!ground.value) return;
    const { seen, scale, teacher } = ground.value;
    // at another level there is nothing to move along
    if (seen !== before) move(movingOf(seen), before?.t !== seen.t);
    else draw();
    before = seen;
    drawLegend(legend, legendText, scale);
    words.textContent = describe(seen, teacher?.exact);
  });
  effect(() => {
    void [themeVersion.value, shows.real.value, shows.fake.value, shows.arrows.value, place.value];
    draw();
    if (ground.peek()) drawLegend(legend, legendText, ground.peek()!.scale);
  });
  effect(() => {
    const seen = ground.value?.seen;
    if (!seen) return;
    canvas.ariaLabel = `Real and fake density at σ ${short(seen.sigma)}, with ${seen.samples.length} arrows. ${sampleText(seen, place.value)}`;
  });
  canvas.addEventListener('click', ({ offsetX, offsetY }) => {
    const { reach, seen } = ground.peek() ?? {};
    if (reach === undefined || !seen) return;
    const near = nearest(now.x_t, [(2 * offsetX) / canvas.clientWidth - 1, 1 - (2 * offsetY) / canvas.clientHeight], reach);
    if (near !== undefined) app.focus.value = { ...app.focus.peek(), sample: seen.samples[near]! };
  }); // prettier-ignore

  const sample = h('p', { class: 'numbers' });
  effect(() => {
    const seen = ground.value?.seen;
    sample.replaceChildren(...(seen ? withSubscripts(sampleText(seen, place.value)) : []));
  });
  return h(
    'div',
    { class: 'plane scores-plane' },
    h(
      'div',
      { class: 'toolbar' },
      keyed('real', toggle('Real density', shows.real)),
      keyed('fake', toggle('Fake density', shows.fake)),
      toggle('Arrows', shows.arrows),
      toggle('Move', shows.moves),
      h('span', { class: 'arrow-key end' }, symbol('s_real'), '−', symbol('s_fake'), legend, legendText),
    ),
    box,
    sample,
    words,
  );
}

const movingOf = (seen: Seen): Moving => ({
  x: seen.tensors.x,
  x_t: seen.tensors.x_t,
  arrows: scoreDifference(seen),
});

function between(from: Moving, to: Moving, share: number): Moving {
  const mix = (a: Float32Array, b: Float32Array) => b.map((value, i) => a[i]! + share * (value - a[i]!));
  return { x: mix(from.x, to.x), x_t: mix(from.x_t, to.x_t), arrows: mix(from.arrows, to.arrows) };
}

function nearest(points: Float32Array, [x, y]: readonly [number, number], reach: number): number | undefined {
  let [found, least] = [-1, 0.05 ** 2];
  for (let i = 0; i < points.length / 2; i++) {
    const distance = (points[2 * i]! / reach - x) ** 2 + (points[2 * i + 1]! / reach - y) ** 2;
    if (distance < least) [found, least] = [i, distance];
  }
  return found < 0 ? undefined : found;
}

function drawLegend(canvas: HTMLCanvasElement, text: HTMLElement, scale: number): void {
  canvas.hidden = !(scale > 0);
  text.textContent = scale > 0 ? '' : 'both scores agree';
  if (!(scale > 0)) return;
  const { value, pixels } = arrowLegend(scale);
  const ratio = devicePixelRatio || 1;
  [canvas.width, canvas.height] = [Math.ceil((pixels + 4) * ratio), 14 * ratio];
  [canvas.style.width, canvas.style.height] = [`${pixels + 4}px`, '14px'];
  const context = canvas.getContext('2d')!;
  context.strokeStyle = context.fillStyle = themeColour('ink');
  drawArrow(context, [2 * ratio, 7 * ratio], [pixels * ratio, 0], ratio);
  text.textContent = `= ${short(value)}`;
}

/** The numbers of the chosen sample. */
function sampleText(seen: Seen, place: number): string {
  const pair = (values: Float32Array) => `(${short(values[2 * place]!)}, ${short(values[2 * place + 1]!)})`;
  return (
    `Sample ${seen.samples[place]! + 1}: x_t ${pair(seen.tensors.x_t)}, μ_real ${pair(seen.tensors.mu_real)}, ` +
    `μ_fake ${pair(seen.tensors.mu_fake)}, s_real − s_fake ${pair(scoreDifference(seen))}.`
  );
}

const describe = (seen: Seen, exact: boolean | undefined): string =>
  `Both densities after noise of σ = ${short(seen.sigma)}. Real: ` +
  `${exact ? 'exact' : exact === false ? 'estimated from the teacher’s samples' : 'not known yet'}; fake: estimated from ` +
  `${seen.samples.length} samples. Arrows have one scale for all moments at this level.`;

/** A toggle with the colour of what it shows. */
function keyed(colour: 'real' | 'fake', element: HTMLElement): HTMLElement {
  const swatch = h('span', { class: 'swatch' });
  swatch.style.color = `var(--${colour})`;
  element.append(swatch);
  return element;
}
