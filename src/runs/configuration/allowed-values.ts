/**
 * What a configuration key may be, in words, and which known key an unknown one is nearest to.
 */
import { distance } from 'fastest-levenshtein';
import type { JsonSchema } from './schema.ts';

/** The schema of the value at `path`; undefined where no value can be. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((at, key) => {
    if (typeof key === 'number') return at?.prefixItems?.[key] ?? (at?.items || undefined);
    return at?.properties && Object.hasOwn(at.properties, key) ? at.properties[String(key)] : undefined;
  }, schema);
}

/** What a value of `schema` may be: "a whole number from 1", "one of `l2`, `pseudo-huber`". */
export function allowedValues(schema: JsonSchema): string {
  if (schema.enum) return `one of ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}`;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return (schema.type === 'integer' ? 'a whole number' : 'a number') + rangeOf(schema);
    case 'array':
      return schema.prefixItems
        ? `a list of ${schema.prefixItems.length}, each ${allowedValues(schema.prefixItems[0]!)}`
        : `a list${schema.minItems ? ', not empty' : ''}${schema.maxItems ? `, of at most ${schema.maxItems}` : ''}, each ${allowedValues(schema.items!)}`;
    case 'object':
      return `an object with the keys ${Object.keys(schema.properties!)
        .map((key) => `\`${key}\``)
        .join(', ')}`;
    case 'boolean':
      return '`true` or `false`';
    default:
      return schema.maxLength ? `a text of at most ${schema.maxLength} characters` : 'a text';
  }
}

function rangeOf({ type, minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const bounded = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const whole = type === 'integer';
  const from = whole && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : minimum;
  return [
    bounded(from) ? ` from ${from}` : '',
    !whole && bounded(exclusiveMinimum) ? ` above ${exclusiveMinimum}` : '',
    bounded(maximum) ? ` to ${maximum}` : '',
    bounded(exclusiveMaximum) ? `, below ${exclusiveMaximum}` : '',
  ].join('');
}

/** Every key of `schema`, nested ones with dots. */
function knownKeys(schema: JsonSchema, before = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    before + key,
    ...knownKeys(inner, `${before}${key}.`),
  ]);
}

/** The known key most like `key`, by its whole dotted path or its last part alone. */
export function nearestKey(schema: JsonSchema, key: string): string {
  const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const strangeness = (known: string) =>
    Math.min(distance(known.toLowerCase(), key.toLowerCase()), distance(lastOf(known), lastOf(key)) + 0.5);
  const known = knownKeys(schema).filter((name) => !name.startsWith('$'));
  return known.reduce((best, name) => (strangeness(name) < strangeness(best) ? name : best));
}
