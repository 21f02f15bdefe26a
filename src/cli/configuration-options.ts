/**
 * Options that make up a configuration of a distillation.
 */
import type { Command } from 'commander';
import type { Config, ConfigInput } from '../distillation/config.ts';
import { collected, type EngineFlags } from './options.ts';

export interface ConfigurationFlags {
  teacher?: string;
  preset?: string;
  seed?: string | number;
  config?: string;
  set?: string[];
}

/** `--teacher`, `--preset`, `--seed`, `--config` and `--set`. */
export function withConfiguration(command: Command): Command {
  return command
    .option(
      '--teacher <name>',
      'mnist, two-modes, ring, grid, spiral, or the path of a trained teacher (default: mnist)',
    )
    .option('--preset <name>', 'what is known to work: quick or long (default: quick)')
    .option('--seed <n>', 'everything random follows from it (default: 0)', numberOr)
    .option('--config <file>', 'a *.dmd.json file; its keys are in schema/dmd.schema.json')
    .option(
      '--set <key=value>',
      'one key of the configuration, nested ones with dots; may come several times',
      collected,
    )
    .addHelpText('after', '\n--config goes over the preset, options over both, --set over all.');
}

/** The configuration that the options, with `more` of them, ask for. */
export async function readConfiguration(flags: ConfigurationFlags & EngineFlags, more: More = {}): Promise<Config> {
  const { configure } = await import('../runs/configuration/configuration.ts');
  return configure(await readWishesOf(flags, more), flags.preset);
}

/** The keys that the options, with `more` of them, name. */
export async function readWishesOf(
  { teacher, seed, config: file, set, engine, device, threads }: ConfigurationFlags & EngineFlags,
  more: More = {},
): Promise<ConfigInput> {
  const { readWishes } = await import('../runs/configuration/configuration.ts');
  return readWishes({ file, options: { teacher, seed, engine, device, threads, ...more }, set });
}

type More = Readonly<Record<string, string | number | undefined>>;

/** A number where there is one; the configuration says what is wrong with other texts. */
export const numberOr = (text: string): string | number =>
  text.trim() === '' || isNaN(Number(text)) ? text : Number(text);
