/**
 * Messages of the page as they came, checked: a broken one never reaches a run.
 */
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { usageError } from '../errors.ts';
import type { JsonSchema } from '../runs/configuration/schema.ts';
import { shown, wrongValue } from '../runs/configuration/wrong-value.ts';
import { checkMessage } from '../runs/control/check-message.ts';
import type { Hello, Request, RequestType } from './protocol.ts';

const run = z.string().min(1).max(4096);
const iteration = z.number().int().min(0);
const seed = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const point = z.tuple([z.number(), z.number()]);

/** The most samples that one `generate` may ask for, and the most modes of a drawn mixture. */
const MOST_SAMPLES = 256;
const MOST_MODES = 200;

/** What each request holds besides its type and its id. */
const asks = {
  runs: {},
  open: { run },
  close: { run },
  show: { run },
  // by the run's own rules
  control: { run, message: z.unknown().optional() },
  file: { run, path: z.string().min(1).max(1024) },
  checkpoints: { run },
  generate: {
    run,
    checkpoint: iteration.optional(),
    seed,
    toSeed: seed.optional(),
    count: z.number().int().min(1).max(MOST_SAMPLES),
    labels: z.array(z.number().int().min(0).max(100_000)).max(MOST_SAMPLES).optional(),
    teacherSteps: z.number().int().min(1).max(1000).optional(),
  },
  start: {
    // by the rules of a configuration
    config: z.unknown().optional(),
    preset: z.enum(['quick', 'long']).optional(),
    mixture: z.object({ means: z.array(point).min(1).max(MOST_MODES), std: z.number() }).optional(),
  },
  resume: { run },
  // by the rules of notes
  saveNotes: {
    run,
    notes: z.strictObject({ name: z.string(), tags: z.array(z.string()), notes: z.string() }).partial(),
  },
  replay: { run },
  save: { name: z.string().min(1).max(200), mime: z.string().min(1).max(100) },
} satisfies Record<RequestType, z.ZodRawShape>;

const types = Object.keys(asks) as RequestType[];
const HelloMessage = z.object({ type: z.literal('hello'), v: z.number() });
const Numbered = z.object({ id: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });

/** `input` as the page's first message; undefined when it is none. */
export const checkHello = (input: object): Hello | undefined => HelloMessage.safeParse(input).data;

/** The number that an answer to `input` goes by, where there is one. */
export const idOf = (input: object): number | undefined => Numbered.safeParse(input).data?.id;

/** `input` as a request. A usage error names the key that is wrong, what came, and what is allowed. */
export function checkRequest(input: object): Request {
  const type = 'type' in input ? input.type : undefined;
  if (!isType(type)) {
    const nearest = typeof type === 'string' ? ` The nearest is \`${closest(type.slice(0, 50), types)}\`.` : '';
    throw usageError(
      `The \`type\` of a request must be one of ${types.map((known) => `\`${known}\``).join(', ')}, not ` +
        `\`${shown(type)}\`.${nearest}`,
    );
  }
  const schema = z.strictObject({ type: z.literal(type), ...Numbered.shape, ...asks[type] });
  const { data, error } = schema.safeParse(input);
  if (error) {
    const where = `In the request \`${type}\``;
    throw wrongValue(error.issues[0]!, input, {
      where,
      whole: 'the request',
      schema: z.toJSONSchema(schema) as JsonSchema,
    });
  }
  if (data.type === 'control')
    return { ...data, message: checkMessage((data as { message: unknown }).message) } as Request;
  return data as unknown as Request;
}

const isType = (type: unknown): type is RequestType => typeof type === 'string' && Object.hasOwn(asks, type);
