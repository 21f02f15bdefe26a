/** Emission: what the model's bytes say when the protobuf schema reads them back. */
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { type Graph, Value } from '../graph/graph.ts';
import { add, filled, int64s, matMul, node, reshape, scalar } from '../graph/ops.ts';
import { emitModel, OPSET } from './onnx.ts';
import { type GraphProto, ModelProtoSchema, type ValueInfoProto } from './onnx_pb.ts';

const decode = (bytes: Uint8Array) => fromBinary(ModelProtoSchema, bytes);
const graphOf = (graph: Graph): GraphProto => decode(emitModel(graph).bytes).graph!;

const dimensions = (v: ValueInfoProto) => {
  const type = v.type!.value;
  if (type.case !== 'tensorType') throw new Error('no tensor');
  return [type.value.elemType, ...type.value.shape!.dim.map((d) => d.value.value)];
};

/** y = x + 1.5 with a leaky slope, cut; and a product in another domain. */
function example(): Graph {
  const x = new Value('float32', [2, 3]);
  const w = new Value('float32', [2, 3, 4]);
  const leaky = node('LeakyRelu', [add(x, scalar(1.5))], 'float32', [2, 3], { alpha: { float: 0.25 } });
  const cut = node('Slice', [leaky, int64s([0]), int64s([2]), int64s([1]), undefined], 'float32', [2, 2]);
  const resized = node('Resize', [cut, undefined, scalar(2)], 'float32', [4, 4], {
    mode: 'nearest',
    axes: [0, 1],
    antialias: 0,
  });
  return { inputs: [x, w], outputs: [resized, matMul(w, w, true)] };
}

describe('an emitted model', () => {
  it('holds the nodes in order, with inputs, attributes of every kind and domains', () => {
    const graph = graphOf(example());
    const nodes = graph.node.map(({ opType, domain, input, output }) => ({ opType, domain, input, output }));
    expect(nodes).toEqual([
      { opType: 'Add', domain: '', input: ['i0', 'c0'], output: ['n0_0'] },
      { opType: 'LeakyRelu', domain: '', input: ['n0_0'], output: ['n1_0'] },
      { opType: 'Slice', domain: '', input: ['n1_0', 'c1', 'c2', 'c3', ''], output: ['n2_0'] },
      { opType: 'Resize', domain: '', input: ['n2_0', '', 'c4'], output: ['o0'] },
      { opType: 'FusedMatMul', domain: 'com.microsoft', input: ['i1', 'i1'], output: ['o1'] },
    ]);
    const [, leaky, , resize] = graph.node;
    expect(leaky!.attribute.map(({ name, f }) => [name, f])).toEqual([['alpha', 0.25]]);
    const [mode, axes, antialias] = resize!.attribute;
    expect(new TextDecoder().decode(mode!.s)).toBe('nearest');
    expect(axes!.ints).toEqual([0n, 1n]);
    expect(antialias!.i).toBe(0n);
  });

  it('states the types and shapes of inputs and outputs, its operator sets and its version', () => {
    const model = decode(emitModel(example()).bytes);
    expect(model.graph!.input.map((v) => [v.name, ...dimensions(v)])).toEqual([
      ['i0', 1, 2n, 3n],
      ['i1', 1, 2n, 3n, 4n],
    ]);
    expect(model.graph!.output.map((v) => [v.name, ...dimensions(v)])).toEqual([
      ['o0', 1, 4n, 4n],
      ['o1', 1, 2n, 4n, 4n],
    ]);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
      ['', BigInt(OPSET)],
      ['com.microsoft', 1n],
    ]);
    expect(model.irVersion).toBe(8n);
  });

  it('keeps one initializer of equal constants, and one of a constant that is used twice', () => {
    const x = new Value('float32', [2, 3]);
    const weight = filled([5000], 0.5);
    const large = new Value('float32', [5000]);
    const ones = add(add(x, scalar(1)), scalar(1));
    const graph = graphOf({
      inputs: [x, large],
      outputs: [reshape(ones, [6]), reshape(add(ones, scalar(2)), [6]), add(add(large, weight), weight)],
    });
    const held = graph.initializer.map(({ dims, dataType, rawData }) => [dims, dataType, rawData.length]);
    expect(held).toEqual([
      [[], 1, 4],
      [[1n], 7, 8],
      [[], 1, 4],
      [[5000n], 1, 20_000],
    ]);
    expect(new Float32Array(graph.initializer[0]!.rawData.slice().buffer)).toEqual(Float32Array.of(1));
  });

  it('tells constants apart that only look alike', () => {
    const x = new Value('float32', [1]);
    const zeros = [scalar(0), scalar(-0), filled([1], 0)];
    const graph = graphOf({ inputs: [x], outputs: zeros.map((zero) => add(x, zero)) });
    expect(graph.initializer.length).toBe(3);
  });

  it('makes outputs of inputs, constants and outputs by copies', () => {
    const x = new Value('float32', [2]);
    const y = add(x, x);
    const { node: nodes, output } = graphOf({ inputs: [x], outputs: [y, x, scalar(3), y] });
    expect(output.map((o) => o.name)).toEqual(['o0', 'o1', 'o2', 'o3']);
    expect(nodes.map((n) => [n.opType, n.input, n.output])).toEqual([
      ['Add', ['i0', 'i0'], ['o0']],
      ['Identity', ['i0'], ['o1']],
      ['Identity', ['c0'], ['o2']],
      ['Identity', ['o0'], ['o3']],
    ]);
  });

  it('is the same bytes for the same graph', () => {
    expect(emitModel(example()).bytes).toEqual(emitModel(example()).bytes);
  });

  it('takes names, a free first axis and metadata', () => {
    const { bytes, inputNames, outputNames } = emitModel(example(), {
      inputNames: ['z', 'w'],
      outputNames: ['sample', 'product'],
      dynamicBatch: 'n',
      metadata: { step: '12' },
    });
    expect([inputNames, outputNames]).toEqual([
      ['z', 'w'],
      ['sample', 'product'],
    ]);
    const { graph, metadataProps } = decode(bytes);
    expect(graph!.input.map((v) => [v.name, ...dimensions(v)])).toEqual([
      ['z', 1, 'n', 3n],
      ['w', 1, 'n', 3n, 4n],
    ]);
    expect(graph!.output.map((v) => [v.name, ...dimensions(v)])).toEqual([
      ['sample', 1, 'n', 4n],
      ['product', 1, 'n', 4n, 4n],
    ]);
    expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([['step', '12']]);
  });

  it('is refused where a node was not lowered or a value has no origin', () => {
    const x = new Value('float32', [1, 2, 2, 1]);
    expect(() => emitModel({ inputs: [x], outputs: [node('Conv2D', [x, x], 'float32', [1], {}, 'dmd')] })).toThrow(
      'internal:',
    );
    expect(() => emitModel({ inputs: [], outputs: [add(x, x)] })).toThrow('internal:');
  });
});
