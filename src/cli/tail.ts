/**
 * `dmd-lab tail RUN`: the events of a run as they come.
 */
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { closest } from 'fastest-levenshtein';
import { usageError } from '../errors.ts';
import type { RunEvent } from '../runs/contract.ts';
import { WAITS_NO_MORE } from './ask-run.ts';
import { eventText } from './event-text.ts';
import { action, wholeNumber, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';

type Options = OutputOptions & { lines: number; follow: boolean; type?: string[] };

/** Milliseconds between looks for the process of a run, which take longer than one at its status. */
const LOOK_FOR_PROCESS_EVERY = 2000;

export const tail = (): Command =>
  withOutput(
    new Command('tail')
      .description('Show the last events of a run and then each as it comes, until the run has ended.')
      .argument('<run>', 'a run directory, the name of a run in .dmd/runs, or `latest`')
      .option('--lines <n>', 'how many of the events that are there, or `all`', linesOf, 10)
      .option('--no-follow', 'end with what is there')
      .option('--type <type,...>', 'these alone: step, warning, …', (text) => text.split(',')),
  )
    .addHelpText(
      'after',
      '\nWith --json: one event a line, as in events.jsonl.\n\nExamples:\n  dmd-lab tail latest\n' +
        '  dmd-lab tail runs/a --type warning,state,evaluation\n  dmd-lab tail latest --lines all --no-follow --json',
    )
    .action(
      action<Options, [string]>(async ({ options, output, signal }, text) => {
        const { findRun } = await import('../runs/directory/find-run.ts');
        const { followEvents, readPlacedEvents } = await import('../runs/events/event-reader.ts');
        const isWanted = await filterOf(options.type);
        const run = await findRun(text);
        const path = join(run, 'events.jsonl');
        let hasWarned = false;
        const onNewer = ({ v }: { v: number }) => {
          if (!hasWarned)
            output.warn(`Events of version \`${v}\` of the contract are left out; a newer dmd-lab shows them.`);
          hasWarned = true;
        };
        const show = (event: RunEvent) => output.line(options.json ? JSON.stringify(event) : eventText(event));

        const { lines } = options;
        const last: RunEvent[] = [];
        let from = 0;
        for await (const { event, end } of readPlacedEvents(path, { onNewer })) {
          if (signal.aborted) return;
          from = end;
          if (!isWanted(event)) continue;
          if (lines !== Infinity) {
            last.push(event);
            if (last.length > lines) last.shift();
          } else if (!(await show(event))) return;
        }
        for (const event of last) if (!(await show(event))) return;
        if (!options.follow) return;
        const hasEnded = await endOf(run);
        for await (const event of followEvents(path, { from, signal, hasEnded, onNewer }))
          if (isWanted(event) && !(await show(event))) return;
      }, WAITS_NO_MORE),
    );

function linesOf(text: string): number {
  if (text === 'all') return Infinity;
  try {
    return wholeNumber(0)(text);
  } catch {
    throw new InvalidArgumentError('It must be a whole number from 0, or `all`.');
  }
}

async function filterOf(types: readonly string[] | undefined): Promise<(event: RunEvent) => boolean> {
  if (!types) return () => true;
  const { eventTypes } = await import('../runs/events/event-line.ts');
  const unknown = types.find((type) => !(eventTypes as readonly string[]).includes(type));
  if (unknown !== undefined)
    throw usageError(
      `\`--type\` names \`${unknown}\`; the nearest type is \`${closest(unknown, [...eventTypes])}\`, of ${eventTypes.join(', ')}.`,
    );
  return ({ type }) => types.includes(type);
}

/** Whether the run in `directory` has ended: its status says so, or its process is gone. */
async function endOf(directory: string): Promise<() => Promise<boolean>> {
  const { isLive, readStatus } = await import('../runs/directory/status.ts');
  const { endStates } = await import('../runs/contract.ts');
  let lookedAt = -Infinity;
  return async () => {
    const status = await readStatus(directory);
    if (!status || (endStates as readonly string[]).includes(status.state)) return true;
    if (performance.now() - lookedAt < LOOK_FOR_PROCESS_EVERY) return false;
    lookedAt = performance.now();
    return !(await isLive(status));
  };
}
