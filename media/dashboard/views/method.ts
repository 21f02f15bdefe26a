/**
 * Method: Figure 2 of the paper alive, with the current tensors, lit in the order of Algorithm 1 while it is slow.
 */
import { computed, effect } from '@preact/signals-core';
import type { StepColumn } from '../../../src/dashboard/protocol.ts';
import type { App, View } from '../app.ts';
import { calm } from '../calm.ts';
import { h } from '../dom.ts';
import { short } from '../format.ts';
import { edges, nodeNames, nodes, type NodeName, type NodeSpec } from '../method/diagram.ts';
import { geometryOf } from '../method/geometry.ts';
import { paintNode } from '../method/node-picture.ts';
import { playing } from '../method/playing.ts';
import { passes } from '../method/stages.ts';
import { stateOf } from '../run-state.ts';
import { scoresOf } from '../scores/scores-of.ts';
import { levelText } from '../scores/levels.ts';
import { sourceChoice } from '../scores/source-choice.ts';
import { explain, symbol, words } from '../symbols.ts';
import { themeVersion } from '../theme.ts';
import { indexAt, nameOfIteration } from '../timeline.ts';

export const method: View = { name: 'method', title: 'Method', mount };

const SVG = 'http://www.w3.org/2000/svg';

function mount(app: App): HTMLElement {
  const looked = scoresOf(app);
  const elements = new Map(nodeNames.map((name) => [name, nodeElement(app, name)]));
  const lines = edges.map((edge) => edgeElement(edge.learns === true));
  const labels = edges.map(({ label }) => label && h('span', { class: 'method-label' }, symbol(label), h('output', {})));
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(...heads(), ...lines);
  const diagram = h('div', { class: 'method', role: 'group', ariaLabel: 'Algorithm 1' });
  diagram.append(svg, ...labels.filter((label) => label !== undefined), ...elements.values());
  const says = h('p', { class: 'soft numbers method-says' });

  new ResizeObserver(([entry]) => {
    const { width } = entry!.contentRect;
    if (width > 0) place(width);
  }).observe(diagram);
  const place = (width: number) => {
    const geometry = geometryOf(width);
    diagram.style.height = `${geometry.height}px`;
    svg.setAttribute('viewBox', `0 0 ${width} ${geometry.height}`);
    for (const [name, element] of elements) {
      const { x, y } = geometry.boxes[name];
      [element.style.left, element.style.top] = [`${x}px`, `${y}px`];
    }
    geometry.edges.forEach(({ path, label: [x, y] }, i) => {
      lines[i]!.style.display = path === undefined ? 'none' : '';
      for (const line of lines[i]!.children) line.setAttribute('d', path ?? '');
      const label = labels[i];
      if (label) [label.style.left, label.style.top] = [`${x}px`, `${y}px`];
    });
  };

  effect(() => {
    void themeVersion.value;
    const seen = looked.seen.value;
    const at = seen ? Math.max(0, seen.samples.indexOf(app.focus.value.sample)) : 0;
    for (const name of nodeNames) {
      const { shows }: NodeSpec = nodes[name];
      const canvas = elements.get(name)!.querySelector('canvas');
      if (!canvas || !shows) continue;
      canvas.hidden = !seen;
      if (seen) paintNode(canvas, shows, seen, at);
    }
  });

  const numbers = calm(() => numbersOf(app));
  effect(() => {
    const { L_DM, ...own } = numbers.value;
    labels.forEach((label, i) => {
      if (edges[i]!.label === 'L_DM') label!.querySelector('output')!.textContent = L_DM ?? '';
    });
    for (const [name, text] of Object.entries(own))
      elements.get(name as NodeName)!.querySelector('output')!.textContent = text;
  });
  const unused = computed(() => unusedNodes(app));
  effect(() => {
    for (const [name, element] of elements) element.classList.toggle('unused', unused.value.has(name));
    edges.forEach(({ from, to }, i) => {
      lines[i]!.classList.toggle('unused', unused.value.has(from) || unused.value.has(to));
    });
  });

  const now = playing(app);
  effect(() => {
    const played = now.value;
    diagram.classList.toggle('playing', played !== undefined);
    for (const [name, element] of elements)
      element.classList.toggle('lit', played?.stage.nodes.includes(name) ?? false);
    edges.forEach((edge, i) =>
      lines[i]!.classList.toggle('lit', played !== undefined && passes(edge, played.stage, played.before)),
    );
  });
  effect(() => {
    const state = app.current.value && stateOf(app.current.value);
    diagram.classList.toggle('flows', state === 'running' || state === 'warming-up');
  });
  const text = computed(() => {
    if (now.value) return `${now.value.number} · ${now.value.stage.says}`;
    const [model, seen] = [app.current.value, looked.seen.value];
    return model && seen ? `Tensors of ${nameOfIteration(model, seen.iteration)}, ${levelText(seen.t, seen.sigma)}.` : '';
  });
  effect(() => {
    says.textContent = text.value;
  });
  looked.watch(diagram);
  return h('div', { class: 'method-view' }, h('div', { class: 'toolbar' }, sourceChoice(app, looked), says), diagram);
} // prettier-ignore

function nodeElement(app: App, name: NodeName): HTMLElement {
  const { symbol: of, opens, shows }: NodeSpec = nodes[name];
  const element = h(
    'button',
    { type: 'button', class: `node ${shows ? 'tensor' : 'number'}`, onclick: () => app.go(opens) },
    h('span', { class: 'node-picture' }, shows ? h('canvas', { ariaHidden: 'true', hidden: true }) : h('output', {})),
    h('span', { class: 'node-name' }, symbol(of, { interactive: false })),
    h('span', { class: 'unseen' }, words(of)),
  );
  element.dataset.node = name;
  explain(element, of);
  return element;
} // prettier-ignore

/** Heads of lines: a marker has the colour of its own, not of the line it is on. */
function heads(): SVGElement[] {
  return ['line', 'learns', 'lit'].map((kind) => {
    const marker = document.createElementNS(SVG, 'marker');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', 'M 0 0 L 8 4 L 0 8 z');
    const attributes = { id: `head-${kind}`, class: kind, viewBox: '0 0 8 8', refX: '7', refY: '4', orient: 'auto' };
    const size = { markerWidth: '9', markerHeight: '9', markerUnits: 'userSpaceOnUse' };
    for (const [name, value] of Object.entries({ ...attributes, ...size })) marker.setAttribute(name, value);
    marker.append(path);
    return marker;
  });
}

/** A line with its head, which is lit by a second one over it. */
function edgeElement(learns: boolean): SVGGElement {
  const group = document.createElementNS(SVG, 'g');
  group.setAttribute('class', learns ? 'edge learns' : 'edge');
  for (const part of ['line', 'flow']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', part);
    group.append(path);
  }
  return group;
}

/** What nodes without a tensor show: numbers of the step at the cursor. Reads signals. */
function numbersOf({ current, cursor }: App): Readonly<Partial<Record<NodeName | 'L_DM', string>>> {
  const steps = current.value?.steps;
  void current.value?.stepsVersion.value;
  const { iteration, following } = cursor.value;
  const row = !steps ? -1 : following ? steps.length - 1 : indexAt(steps.get('iteration'), iteration);
  const text = (name: StepColumn) => {
    const value = steps?.get(name)[row] ?? NaN;
    return Number.isNaN(value) ? '' : short(value);
  };
  const config = current.value?.started.value?.config;
  return {
    G: text('gradientNorm') && `‖∇‖ ${text('gradientNorm')}`,
    L_reg: text('lossReg'),
    L_fake: text('lossFake'),
    L_DM: text('lossDm'),
    pair: config ? `${config.pairs.toLocaleString('en')} pairs` : '',
  };
}

/** Nodes that this run's configuration leaves out. Reads signals. */
function unusedNodes({ current }: App): ReadonlySet<NodeName> {
  const config = current.value?.started.value?.config;
  const unused = new Set<NodeName>();
  if (!config) return unused;
  if (config.lambdaReg === 0 && config.warmup.regressionSteps === 0) unused.add('pair').add('L_reg');
  if (config.fakeScore !== 'learned') unused.add('L_fake');
  if (config.fakeScore === 'none') unused.add('mu_fake');
  if (config.lambdaDm === 0)
    for (const name of ['eps', 'x_t', 'mu_real', 'mu_fake', 'difference', 'grad_x', 'L_fake'] as const)
      unused.add(name);
  return unused;
}
