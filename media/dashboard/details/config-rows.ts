/**
 * Configurations side by side: every key, what it means, what it is by default and what each run has.
 */

/** What is used of a key's JSON Schema. */
export interface KeySchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, KeySchema>>;
}

export interface ConfigRow {
  /** Nested ones with dots. */
  readonly key: string;
  readonly description: string;
  /** Empty: none, or one that follows from something else, as the description says. */
  readonly default: string;
  /** One for each configuration; empty where it has nothing. */
  readonly values: readonly string[];
  /** Whether one of the configurations has something else than the default. */
  readonly changed: boolean;
  /** Whether the configurations disagree. */
  readonly differs: boolean;
}

/** A row for each key of the schema, in its order, and then for those that it does not know. */
export function configRows(schema: KeySchema, configs: readonly object[]): ConfigRow[] {
  const known = leaves(schema);
  const flat = configs.map((config) => new Map(flatten(config)));
  const others = flat.flatMap((config) => [...config.keys()]).filter((key) => !known.has(key));
  return [...known.keys(), ...new Set(others)].map((key) => {
    const { description = 'Not known to this version of the page.', default: initial } = known.get(key) ?? {};
    const values = flat.map((config) => valueText(config.get(key)));
    const byDefault = valueText(initial);
    return {
      key,
      description,
      default: byDefault,
      values,
      changed: values.some((value) => value !== byDefault),
      differs: values.some((value) => value !== values[0]),
    };
  });
}

/** Rows in whose key, description or values all words of `search` are. */
export function matching(rows: readonly ConfigRow[], search: string): readonly ConfigRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ key, description, values }) => {
    const text = [key, description, ...values].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The keys without parts of their own; `$schema` is of the file, not of the run. */
function leaves(schema: KeySchema, prefix = ''): Map<string, KeySchema> {
  const found = new Map<string, KeySchema>();
  for (const [name, key] of Object.entries(schema.properties ?? {})) {
    if (name === '$schema') continue;
    if (key.properties) for (const [inner, own] of leaves(key, `${prefix}${name}.`)) found.set(inner, own);
    else found.set(prefix + name, key);
  }
  return found;
}

function flatten(value: object, prefix = ''): [key: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, own]): [string, unknown][] =>
    typeof own === 'object' && own !== null && !Array.isArray(own)
      ? flatten(own as object, `${prefix}${name}.`)
      : [[prefix + name, own]],
  );
}

/** As a reader writes it: no quotes, and lists with commas. */
const valueText = (value: unknown): string =>
  value === undefined
    ? ''
    : typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? value.map(valueText).join(', ')
        : JSON.stringify(value);
