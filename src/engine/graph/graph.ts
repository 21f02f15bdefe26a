/**
 * The graph that the engine compiles: typed values with shapes, and the nodes that make them. Nodes are never changed;
 * a pass builds new ones. The graph itself is whatever its outputs reach.
 */

/** Element types that reach ONNX Runtime. TensorFlow.js itself knows float32, int32 and bool. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';
export type Elements = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** `''` is ONNX's own; `com.microsoft.nchwc` are ONNX Runtime's blocked kernels; `dmd` are ours, which a pass lowers. */
export type Domain = '' | 'com.microsoft' | 'com.microsoft.nchwc' | 'dmd';

/** An ONNX attribute. A plain number is an integer; `{ float }` is a float. */
export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

export class Value {
  /** The node that computes this value; absent for graph inputs and constants. */
  readonly producer?: Node;
  readonly constant?: Elements;

  constructor(
    readonly type: ElementType,
    readonly shape: readonly number[],
    origin: { producer?: Node; constant?: Elements } = {},
  ) {
    this.producer = origin.producer;
    this.constant = origin.constant;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  get rank(): number {
    return this.shape.length;
  }
}

export class Node {
  readonly outputs: readonly Value[];

  constructor(
    readonly op: string,
    readonly domain: Domain,
    /** An absent optional input is undefined. */
    readonly inputs: readonly (Value | undefined)[],
    readonly attributes: Attributes,
    outputs: readonly { type: ElementType; shape: readonly number[] }[],
  ) {
    this.outputs = outputs.map(({ type, shape }) => new Value(type, shape, { producer: this }));
  }
}

export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

/** The nodes that `outputs` need, producers first. */
export function topologicalOrder(outputs: readonly Value[]): Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  // Deep graphs overflow a recursive walk, so the stack is explicit: a node is pushed again below its inputs
  const stack: { node: Node; expanded: boolean }[] = [];
  const visit = (value: Value | undefined) => {
    if (value?.producer && !done.has(value.producer)) stack.push({ node: value.producer, expanded: false });
  };
  for (let i = outputs.length - 1; i >= 0; i--) visit(outputs[i]);
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    if (done.has(top.node)) stack.pop();
    else if (top.expanded) {
      done.add(top.node);
      order.push(top.node);
      stack.pop();
    } else {
      top.expanded = true;
      for (let i = top.node.inputs.length - 1; i >= 0; i--) visit(top.node.inputs[i]);
    }
  }
  return order;
}

/** How often each value is used by a node of the graph or as one of its outputs. */
export function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const use = (value: Value | undefined) => value && uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of topologicalOrder(graph.outputs)) node.inputs.forEach(use);
  graph.outputs.forEach(use);
  return uses;
}

/** The same operation on other inputs of the same types and shapes; the node itself when they are its own. */
export const withInputs = (node: Node, inputs: readonly (Value | undefined)[]): Node =>
  inputs.every((v, i) => v === node.inputs[i])
    ? node
    : new Node(node.op, node.domain, inputs, node.attributes, node.outputs);

/**
 * Builds the graph anew, producers first. `rule` sees each node with its inputs already replaced and returns the values
 * that stand for its outputs, or undefined to keep the node as it is.
 */
export function rewrite(
  graph: Graph,
  rule: (node: Node, inputs: readonly (Value | undefined)[]) => readonly Value[] | undefined,
): Graph {
  const replacement = new Map<Value, Value>();
  const now = (value: Value): Value => replacement.get(value) ?? value;
  for (const node of topologicalOrder(graph.outputs)) {
    const inputs = node.inputs.map((v) => v && now(v));
    const outputs = rule(node, inputs) ?? withInputs(node, inputs).outputs;
    node.outputs.forEach((old, i) => outputs[i] !== old && replacement.set(old, outputs[i]!));
  }
  return { inputs: graph.inputs, outputs: graph.outputs.map(now) };
}
