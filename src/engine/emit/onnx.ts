/**
 * Graph → ONNX model bytes.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { type Attribute, type Graph, topologicalOrder, type Value } from '../graph/graph.ts';
import { onnxTypeNumber } from '../graph/ops.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProto,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** The ONNX operator set that every lowering here is written for. */
export const OPSET = 17;

export interface EmitOptions {
  /** Names of inputs and outputs; default `i0…`, `o0…`. */
  inputNames?: readonly string[];
  outputNames?: readonly string[];
  /** A name for the first axis of every input and output, which then may have any length. */
  dynamicBatch?: string;
  metadata?: Readonly<Record<string, string>>;
}

export interface EmittedModel {
  readonly bytes: Uint8Array;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

export function emitModel(graph: Graph, options: EmitOptions = {}): EmittedModel {
  const names = new Map<Value, string>();
  const initializers = new Map<string, { name: string; tensor: TensorProto }>();
  const inputNames = graph.inputs.map((v, i) => {
    const name = options.inputNames?.[i] ?? `i${i}`;
    names.set(v, name);
    return name;
  });
  const outputNames = graph.outputs.map((v, i) => {
    const name = options.outputNames?.[i] ?? `o${i}`;
    if (v.producer && !names.has(v)) names.set(v, name);
    return name;
  });

  const nameOf = (v: Value | undefined): string => {
    if (!v) return '';
    if (v.constant && !names.has(v)) names.set(v, initializerName(v, initializers));
    const name = names.get(v);
    if (name === undefined) throw new Error('internal: a value of the graph has no producer and is not an input');
    return name;
  };

  const domains = new Set<string>(['']);
  const nodes: NodeProto[] = topologicalOrder(graph.outputs).map((node, i) => {
    if (node.domain === 'dmd') throw new Error(`internal: \`${node.op}\` was not lowered before emission`);
    domains.add(node.domain);
    node.outputs.forEach((v, k) => {
      if (!names.has(v)) names.set(v, `n${i}_${k}`);
    });
    return create(NodeProtoSchema, {
      name: `${node.op}_${i}`,
      opType: node.op,
      domain: node.domain,
      input: node.inputs.map(nameOf),
      output: node.outputs.map((v) => names.get(v)!),
      attribute: Object.entries(node.attributes).map(([name, a]) => attribute(name, a)),
    });
  });
  // An input, a constant, or a value that is an output already, becomes an output through a copy
  graph.outputs.forEach((v, i) => {
    const output = outputNames[i]!;
    if (nameOf(v) !== output)
      nodes.push(
        create(NodeProtoSchema, { name: `copy_${i}`, opType: 'Identity', input: [nameOf(v)], output: [output] }),
      );
  });

  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'dmd-lab',
    opsetImport: [...domains].map((domain) =>
      create(OperatorSetIdProtoSchema, { domain, version: BigInt(domain === '' ? OPSET : 1) }),
    ),
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
    graph: {
      name: 'graph',
      node: nodes,
      initializer: [...initializers.values()].map((i) => i.tensor),
      input: graph.inputs.map((v, i) => valueInfo(inputNames[i]!, v, options.dynamicBatch)),
      output: graph.outputs.map((v, i) => valueInfo(outputNames[i]!, v, options.dynamicBatch)),
    },
  });
  return { bytes: toBinary(ModelProtoSchema, model), inputNames, outputNames };
}

/** Equal constants share one initializer: a training graph repeats its shapes and scalars by the hundred. */
function initializerName(v: Value, known: Map<string, { name: string; tensor: TensorProto }>): string {
  const c = v.constant!;
  const rawData = new Uint8Array(c.buffer, c.byteOffset, c.byteLength);
  const key = `${v.type}|${v.shape.join()}|${c.length <= 4096 ? Buffer.from(rawData).toString('latin1') : `large ${known.size}`}`;
  let entry = known.get(key);
  if (!entry) {
    const name = `c${known.size}`;
    const dims = v.shape.map(BigInt);
    entry = { name, tensor: create(TensorProtoSchema, { name, dims, dataType: onnxTypeNumber[v.type], rawData }) };
    known.set(key, entry);
  }
  return entry.name;
}

function attribute(name: string, a: Attribute): AttributeProto {
  if (typeof a === 'number') return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(a) });
  if (typeof a === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(a) });
  if ('float' in a) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: a.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: (a as readonly number[]).map(BigInt) });
}

function valueInfo(name: string, v: Value, dynamicBatch: string | undefined): ValueInfoProto {
  const dim = v.shape.map((d, i) => ({
    value:
      i === 0 && dynamicBatch !== undefined
        ? { case: 'dimParam' as const, value: dynamicBatch }
        : { case: 'dimValue' as const, value: BigInt(d) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: onnxTypeNumber[v.type], shape: { dim } } } },
  });
}
