/**
 * Control messages as anybody may send them: valid ones, valid ones with something broken, and anything at all, from a seed.
 */
import fc from 'fast-check';
import { controlMessages, type ControlMessage, type ControlType } from '../src/runs/contract.ts';

/** Keys of the contract, for values of the wrong kind in the right places. */
const keys = [
  'milliseconds',
  'intervals',
  'samples',
  't',
  'layer',
  'samplesEvery',
  '__proto__',
  'constructor',
  'extra',
];

const interval = fc.option(fc.nat(1_000_000), { nil: undefined });

/** One that the contract allows. */
const valid: fc.Arbitrary<ControlMessage> = fc.oneof(
  ...(
    ['pause', 'resume', 'step', 'stepGenerator', 'stepFake', 'checkpoint', 'evaluate', 'export', 'stop'] as const
  ).map((type) => fc.constant({ type })),
  fc.record({ type: fc.constant('setSlow' as const), milliseconds: fc.integer({ min: 0, max: 60_000 }) }),
  fc.record({
    type: fc.constant('setIntervals' as const),
    intervals: fc.record({ samplesEvery: interval, probeEvery: interval, layersEvery: interval }),
  }),
  fc.record({
    type: fc.constant('inspect' as const),
    samples: fc.array(fc.nat(9999), { minLength: 1, maxLength: 64 }),
    t: fc.double({ min: 0, max: 1000, noNaN: true }),
  }),
);

/** One with a key added, changed or taken away, so that it may be broken in one place. */
const changed: fc.Arbitrary<unknown> = fc
  .tuple(valid, fc.constantFrom('type', ...keys), fc.option(fc.jsonValue({ maxDepth: 3 }), { nil: undefined }))
  .map(([message, key, value]) => {
    const entries = Object.entries(message).filter(([name]) => name !== key);
    return Object.fromEntries([...entries, ...(value === undefined ? [] : [[key, value] as const])]);
  });

export interface AnyMessage {
  /** What is sent as the parameters of `control`. */
  readonly params: unknown;
  readonly isValid: boolean;
}

/**
 * `count` messages from `seed`, about half of them valid; `types` are those that the valid ones may be of, for runs that
 * should go on.
 */
export function anyMessages(seed: number, count: number, types?: readonly ControlType[]): AnyMessage[] {
  const allowed = types ? valid.filter(({ type }) => types.includes(type)) : valid;
  const any: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 4, arbitrary: allowed },
    { weight: 3, arbitrary: changed },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  );
  return fc
    .sample(any, { seed, numRuns: count })
    .map((params) => ({ params: JSON.parse(JSON.stringify(params)) as unknown, isValid: isValid(params) }))
    .filter(({ params, isValid }) => !isValid || !types || types.includes((params as ControlMessage).type));
}

function isValid(params: unknown): boolean {
  const type = (params as { type?: unknown } | null)?.type;
  if (typeof type !== 'string' || !Object.hasOwn(controlMessages, type)) return false;
  return controlMessages[type as ControlType].safeParse(params).success;
}
