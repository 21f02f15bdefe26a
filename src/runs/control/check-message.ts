/**
 * A control message as it came, checked: a broken one never reaches the run.
 */
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { usageError } from '../../errors.ts';
import type { JsonSchema } from '../configuration/schema.ts';
import { shown, wrongValue } from '../configuration/wrong-value.ts';
import { controlMessages, type ControlMessage, type ControlType } from '../contract.ts';

const types = Object.keys(controlMessages) as ControlType[];

/** `input` as a message of the contract. A usage error names the key that is wrong, what came, and what is allowed. */
export function checkMessage(input: unknown): ControlMessage {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw usageError(`A control message must be an object with a \`type\`, not \`${shown(input)}\`.`);
  const type = 'type' in input ? input.type : undefined;
  if (!isType(type)) {
    const nearest = typeof type === 'string' ? ` The nearest is \`${closest(type.slice(0, 50), types)}\`.` : '';
    throw usageError(
      `The \`type\` of a control message must be one of ${types.map((known) => `\`${known}\``).join(', ')}, not ` +
        `\`${shown(type)}\`.${nearest}`,
    );
  }
  const { data, error } = controlMessages[type].safeParse(input);
  if (data) return data;
  throw wrongValue(error!.issues[0]!, input, {
    where: `In the message \`${type}\``,
    whole: 'the message',
    schema: z.toJSONSchema(controlMessages[type]) as JsonSchema,
  });
}

const isType = (type: unknown): type is ControlType => typeof type === 'string' && Object.hasOwn(controlMessages, type);
