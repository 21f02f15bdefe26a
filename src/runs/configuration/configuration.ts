/**
 * A run's configuration from where people write it: a preset, then a `*.dmd.json` file, then `--set key=value`.
 */
import { readFile } from 'node:fs/promises';
import { Config, type ConfigInput } from '../../distillation/config.ts';
import { presetConfig } from '../../distillation/presets.ts';
import { usageError } from '../../errors.ts';
import { reasonOf } from '../files/replace-file.ts';
import { configSchema } from './schema.ts';
import { wrongValue } from './wrong-value.ts';

/** What a person has asked for, each part checked where it came from. */
export interface Wishes {
  /** The path of a `*.dmd.json` file. */
  file?: string;
  /** Keys that have options of their own, such as `--steps`. */
  options?: Readonly<Record<string, string | number | undefined>>;
  /** Texts `key=value`: nested keys with dots, values as JSON or as they are. */
  set?: readonly string[];
}

/** The keys that `wishes` name, later ones over earlier ones. A usage error names the first wrong one and what it may be. */
export async function readWishes({ file, options = {}, set = [] }: Wishes): Promise<ConfigInput> {
  const layers = [
    file === undefined ? {} : await readConfigFile(file),
    ...Object.entries(options).map(([key, value]) => readOption(key, value)),
    ...set.map(readSetting),
  ];
  return layers.reduce(over, {});
}

/**
 * The whole configuration of a run from the keys that are to be otherwise than its preset, `quick` or `long`, says:
 * `configure({ teacher: 'ring', steps: 500 })`. A usage error names the first wrong key or value, and what it may be.
 */
export function configure(wishes: ConfigInput, preset?: string): Config {
  const { teacher = 'mnist' } = checkWishes(wishes, 'In what `configure` was given');
  return resolveConfig(presetConfig(teacher, preset), wishes);
}

/** The whole configuration: `wishes` over a preset over the defaults. */
export function resolveConfig(preset: ConfigInput, wishes: ConfigInput): Config {
  return Config.parse(over(preset, wishes));
}

async function readConfigFile(path: string): Promise<ConfigInput> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError(`The configuration \`${path}\` cannot be read: ${reasonOf(error)}.`, error);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw usageError(`The configuration \`${path}\` is not JSON: ${(error as Error).message}.`, error);
  }
  // editors find the schema by this key
  if (isRecord(content)) delete content['$schema'];
  return checkWishes(content, `In \`${path}\``);
}

function readOption(key: string, value: string | number | undefined): ConfigInput {
  if (value === undefined) return {};
  return checkWishes({ [key]: value }, 'Among the options');
}

function readSetting(text: string): ConfigInput {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`\`--set\` takes \`key=value\`, not \`${text}\`.`);
  const key = text.slice(0, at).trim();
  const nested = key
    .split('.')
    .reduceRight<unknown>((value, part) => Object.fromEntries([[part, value]]), valueOf(text.slice(at + 1)));
  return checkWishes(nested, 'In `--set`');
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * `input`, when it is part of a configuration: no key of `Config` is required. A usage error that names the first wrong one;
 * `where` begins its sentence.
 */
export function checkWishes(input: unknown, where: string): ConfigInput {
  const { error } = Config.safeParse(input);
  if (error) throw wrongValue(error.issues[0]!, input, { where, whole: 'the configuration', schema: configSchema() });
  return input as ConfigInput;
}

/** The keys of `upper` over those of `lower`, objects within merged likewise. */
function over(lower: ConfigInput, upper: ConfigInput): ConfigInput {
  const merge = (a: unknown, b: unknown): unknown => {
    if (!isRecord(a) || !isRecord(b)) return b === undefined ? a : b;
    return Object.fromEntries(
      [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, merge(a[key], b[key])]),
    );
  };
  return merge(lower, upper) as ConfigInput;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
