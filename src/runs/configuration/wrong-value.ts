/**
 * What is wrong with a value that broke its schema: the key, the value that came, and what may be there.
 */
import type { z } from 'zod';
import { usageError, type DmdError } from '../../errors.ts';
import { allowedValues, nearestKey, schemaAt } from './allowed-values.ts';
import type { JsonSchema } from './schema.ts';

/** Characters of a value that an error shows. */
const SHOWN = 80;

/** Where a value came from, for people: `where` begins the sentence, `whole` is what the value as a whole is called. */
export interface Origin {
  readonly where: string;
  readonly whole: string;
  readonly schema: JsonSchema;
}

/** `issue`, which zod has with `input`, as a usage error. */
export function wrongValue(
  { path, ...issue }: z.core.$ZodIssue,
  input: unknown,
  { where, whole, schema }: Origin,
): DmdError {
  if (issue.code === 'unrecognized_keys') {
    const key = [...path, issue.keys[0]].join('.');
    return usageError(
      `${where}, the key \`${key.slice(0, SHOWN)}\` is unknown. The nearest known one is \`${nearestKey(schema, key.slice(0, SHOWN))}\`.`,
    );
  }
  const came = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], input);
  if (path.length === 0) return usageError(`${where}, ${whole} must be an object, not \`${shown(came)}\`.`);
  const allowed = schemaAt(schema, path);
  return usageError(
    `${where}, \`${path.join('.')}\` is \`${shown(came)}\`. It must be ${allowed ? allowedValues(allowed) : issue.message}.`,
  );
}

/** `value` as JSON, cut short. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    // nested deeper than the stack
    return '…';
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
