/**
 * Where nodes stand in the room that there is, and how edges go between them, in CSS pixels.
 */
import { edges, nodeNames, nodes, type EdgeSpec, type NodeName } from './diagram.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawn {
  readonly edge: EdgeSpec;
  /** An SVG path; absent where there is no room for this edge. */
  readonly path?: string;
  /** The middle of its label. */
  readonly label: readonly [number, number];
}

export interface Geometry {
  readonly isNarrow: boolean;
  readonly height: number;
  readonly boxes: Readonly<Record<NodeName, Box>>;
  readonly edges: readonly Drawn[];
}

/** Below this width there are three columns instead of seven. */
const NARROW = 720;
/** How far from the middle an edge leaves that goes to another column below. */
const ASIDE = 24;
/** Above the first row there is room for the way back. */
const [NODE, ROW, TOP, GAP] = [{ width: 92, height: 92 }, 122, 26, 4] as const;

export function geometryOf(width: number): Geometry {
  const isNarrow = width < NARROW;
  const [columns, rows] = isNarrow ? [3, 4] : [7, 3];
  const aside = isNarrow ? 10 : 0;
  const pitch = (width - 2 * aside - NODE.width) / (columns - 1);
  const boxes = Object.fromEntries(
    nodeNames.map((name) => {
      const [column, row] = isNarrow ? nodes[name].narrow : nodes[name].wide;
      return [name, { x: aside + column * pitch, y: TOP + row * ROW, ...NODE }];
    }),
  ) as Record<NodeName, Box>;
  return {
    isNarrow,
    height: TOP + rows * ROW - (ROW - NODE.height),
    boxes,
    edges: edges.map((edge) => ({ edge, ...way(edge, boxes[edge.from], boxes[edge.to], isNarrow, width) })),
  };
}

function way({ way }: EdgeSpec, from: Box, to: Box, isNarrow: boolean, width: number): Omit<Drawn, 'edge'> {
  const [a, b] = [middle(from), middle(to)];
  if (way === 'over') {
    const y = 12;
    const end = to.y - GAP;
    // where the start has others above it, up along the edge of the room
    const start = isNarrow ? [from.x + from.width + GAP, a[1], width - 1] : [a[0], from.y - GAP, a[0]];
    const [x0, y0, x1] = start as [number, number, number];
    const r = 8;
    const out = isNarrow ? `H ${x1 - r} Q ${x1} ${y0} ${x1} ${y0 - r} V ${y + r}` : `V ${y + r}`;
    const path = `M ${x0} ${y0} ${out} Q ${x1} ${y} ${x1 - r} ${y} H ${b[0] + r} Q ${b[0]} ${y} ${b[0]} ${y + r} V ${end}`;
    return { path, label: [isNarrow ? (x1 + b[0]) / 2 : b[0] + 0.38 * (x1 - b[0]), y] };
  }
  if (way === 'down') {
    if (isNarrow) return { label: a };
    const r = 10;
    const y = b[1];
    const path = `M ${a[0]} ${from.y + from.height + GAP} V ${y - r} Q ${a[0]} ${y} ${a[0] + r} ${y} H ${to.x - GAP}`;
    return { path, label: [a[0], y] };
  }
  const isVertical = isNarrow ? Math.abs(b[1] - a[1]) > 1 : Math.abs(b[0] - a[0]) < 1;
  // what comes in from below or above has the middle to itself
  const aside = isVertical ? Math.sign(b[0] - a[0]) * ASIDE : 0;
  const [x0, y0, x1, y1] = isVertical
    ? [a[0] + aside, a[1] + side(from.height, b[1] - a[1]), b[0], b[1] - side(to.height, b[1] - a[1])]
    : [a[0] + side(from.width, b[0] - a[0]), a[1], b[0] - side(to.width, b[0] - a[0]), b[1]];
  const bend = isVertical
    ? `${x0} ${(y0 + y1) / 2} ${x1} ${(y0 + y1) / 2}`
    : `${(x0 + x1) / 2} ${y0} ${(x0 + x1) / 2} ${y1}`;
  return {
    path: `M ${x0} ${y0} C ${bend} ${x1} ${y1}`,
    label: [(x0 + x1) / 2, (y0 + y1) / 2 - 14],
  };
}

const middle = ({ x, y, width, height }: Box): [number, number] => [x + width / 2, y + height / 2];
/** From the middle to just outside, towards where it goes. */
const side = (size: number, towards: number): number => Math.sign(towards) * (size / 2 + GAP);
