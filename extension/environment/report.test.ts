import { expect, test } from 'vitest';
import { remediesOf } from './report.ts';

test('what works can be chosen', () => {
  const cpu = { engine: 'onnx', device: 'cpu', works: true, reason: 'asked for' };
  expect(remediesOf(cpu)).toEqual([{ kind: 'choose', engine: 'onnx', device: 'cpu' }]);
  const tensorflow = { engine: 'tensorflow', device: 'gpu or cpu', works: true, reason: 'asked for' };
  expect(remediesOf(tensorflow)).toEqual([{ kind: 'choose', engine: 'tensorflow', device: 'auto' }]);
});

test('for what does not work, the commands of its reason can be copied, and nothing else', () => {
  const reason =
    'It needs Linux x64, CUDA 12 and `ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install`. ' +
    'Install one with `npm install @tensorflow/tfjs-node`. Use `--device cpu`.';
  expect(remediesOf({ engine: 'onnx', device: 'cuda', works: false, reason })).toEqual([
    { kind: 'copy', command: 'ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install' },
    { kind: 'copy', command: 'npm install @tensorflow/tfjs-node' },
  ]);
});
