import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { startEngine } from '../engine/start.ts';
import { adamw, adamwHyper } from './adamw.ts';

beforeAll(() => startEngine({ engine: 'cpu' }));

/* torch 2.15:
p = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5]))
o = torch.optim.AdamW([p], lr=0.1, weight_decay=0.01)
for g in [[0.1, -0.2, 3.0], [-0.4, 0.0, 1e-6], [0.3, 0.3, -2.0]]:
    p.grad = torch.tensor(g); o.step(); print(p.tolist())
s = o.state[p]; print(s['exp_avg'].tolist(), s['exp_avg_sq'].tolist())
*/
const gradients = [
  [0.1, -0.2, 3.0],
  [-0.4, 0.0, 1e-6],
  [0.3, 0.3, -2.0],
];
const expected = [
  [0.8989999890327454, -1.8980000019073486, 0.3995000123977661],
  [0.9540513157844543, -1.8290961980819702, 0.332094669342041],
  [0.9504654407501221, -1.8517248630523682, 0.3241387605667114],
];
const expectedM = [0.0021000010892748833, 0.013800001703202724, 0.04300009831786156];
const expectedV = [0.00025982005172409117, 0.00012992005213163793, 0.01298200897872448];

it('AdamW does what torch.optim.AdamW does', async () => {
  const optimiser = adamw({ weightDecay: 0.01 });
  let params: Record<string, tf.Tensor> = { p: tf.tensor1d([1, -2, 0.5]) };
  let state = optimiser.init(params);
  for (const [i, g] of gradients.entries()) {
    const numbers = adamwHyper(i + 1, 0.1);
    const hyper = {
      learningRate: tf.scalar(numbers.learningRate),
      biasCorrection1: tf.scalar(numbers.biasCorrection1),
      biasCorrection2: tf.scalar(numbers.biasCorrection2),
    };
    ({ params, state } = optimiser.update(params, { p: tf.tensor1d(g) }, state, hyper));
    const values = await params['p']!.data();
    for (const [j, value] of expected[i]!.entries()) expect(values[j]).toBeCloseTo(value, 6);
  }
  const [m, v] = [await state.m['p']!.data(), await state.v['p']!.data()];
  for (let j = 0; j < 3; j++) {
    expect(m[j]! / expectedM[j]!).toBeCloseTo(1, 5);
    expect(v[j]! / expectedV[j]!).toBeCloseTo(1, 5);
  }
});
