import { expect, test } from 'vitest';
import { Config } from '../../../src/distillation/config.ts';
import { edges, nodeNames, nodes } from './diagram.ts';
import { geometryOf } from './geometry.ts';
import { passes, stagesOf } from './stages.ts';

const lit = (step: Parameters<typeof stagesOf>[0], config = {}) =>
  stagesOf(step, Config.parse(config)).map((stage) => stage.nodes.join('+'));
const generator = ['z+G+x', 'eps+x_t', 'mu_real+mu_fake', 'difference', 'grad_x'];

test('a step lights what Algorithm 1 does, in its order', () => {
  expect(lit({ phase: 'matching' })).toEqual([...generator, 'pair+L_reg', 'G', 'L_fake', 'mu_fake']);
  expect(lit({ phase: 'regression' })).toEqual(['pair+L_reg', 'G']);
  expect(lit({ phase: 'fake-score' })).toEqual(['z+G+x', 'L_fake', 'mu_fake']);
  expect(lit({ phase: 'matching', by: 'stepGenerator' })).toEqual([...generator, 'pair+L_reg', 'G']);
  expect(lit({ phase: 'matching', by: 'stepFake' })).toEqual(['z+G+x', 'L_fake', 'mu_fake']);
  expect(lit({ phase: 'matching' }, { lambdaReg: 0, fakeScore: 'exact' })).toEqual([...generator, 'G']);
});

test('every edge is passed in a whole step, and none before there is something to pass', () => {
  const stages = stagesOf({ phase: 'matching' }, Config.parse({}));
  for (const edge of edges) {
    const at = stages.findIndex((stage, i) => passes(edge, stage, stages.slice(0, i)));
    expect(at, `${edge.from} to ${edge.to}`).toBeGreaterThanOrEqual(0);
    expect(stages.slice(0, at + 1).some(({ nodes }) => nodes.includes(edge.from))).toBe(true);
  }
});

test('nodes lie within the room and not on each other, and all edges that fit are drawn', () => {
  for (const width of [340, 360, 700, 720, 960, 1280]) {
    const { boxes, edges: drawn, height, isNarrow } = geometryOf(width);
    const all = nodeNames.map((name) => boxes[name]);
    for (const [i, a] of all.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
      for (const b of all.slice(i + 1))
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true); // prettier-ignore
    }
    expect(drawn.filter(({ path }) => path === undefined)).toHaveLength(isNarrow ? 1 : 0);
    for (const { path } of drawn) expect(path ?? '').not.toMatch(/NaN|undefined/);
    if (!isNarrow) expect(height).toBeLessThanOrEqual(362);
  }
  expect(Object.keys(nodes)).toHaveLength(12);
});
