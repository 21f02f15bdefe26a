/**
 * `dmd-lab control RUN MESSAGE`: steers a run that is at work, wherever its loop lives.
 */
import { Command } from 'commander';
import type { ControlMessage, ControlType } from '../runs/contract.ts';
import { askRun, WAITS_NO_MORE } from './ask-run.ts';
import { numberOr } from './configuration-options.ts';
import { inspect } from './control-inspect.ts';
import { describeReply } from './control-reply.ts';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';

/** Messages that need nothing but their name. */
const plain: readonly (readonly [name: string, type: ControlType, description: string])[] = [
  ['pause', 'pause', 'Wait before the next step, until `resume`.'],
  ['resume', 'resume', 'Go on after `pause`.'],
  ['step', 'step', 'Take one iteration of a paused run, which stays paused.'],
  ['step-generator', 'stepGenerator', 'Update the generator once, alone; no step of the run.'],
  ['step-fake', 'stepFake', 'Update the fake score once, alone; no step of the run.'],
  ['checkpoint', 'checkpoint', 'Write a checkpoint now.'],
  ['evaluate', 'evaluate', 'Judge the generator as it is now.'],
  ['export', 'export', 'Write generator.safetensors and generator.onnx of the generator as it is now.'],
  ['stop', 'stop', 'End the run with a checkpoint; `dmd-lab distill --resume RUN` goes on.'],
];

export const control = (): Command => {
  const command = new Command('control')
    .description('Steer a run that is at work. Each message acts between two steps and is answered when it has acted.')
    .usage('<run> <message> [options]')
    .argument('<run>', 'a run directory, the name of a run in .dmd/runs, or `latest`')
    .argument('[message...]')
    .passThroughOptions()
    .action(async (run: string, words: string[]) => {
      await messagesTo(run, command).parseAsync(words, { from: 'user' });
    });
  return command.addHelpText('after', () => {
    const rows = messagesTo('RUN', command).commands.map((message) => [message.name(), message.description()]);
    return (
      `\nMessages:\n${rows.map(([name, text]) => `  ${name!.padEnd(16)}${text}`).join('\n')}\n\n` +
      'Examples:\n  dmd-lab control latest pause\n  dmd-lab control latest slow 500\n' +
      '  dmd-lab control latest intervals samplesEvery=50 probeEvery=0\n  dmd-lab control runs/a inspect --t 1.5 --json\n\n' +
      'Each message has a --help of its own, and --json, which ends stdout with the reply.'
    );
  });
};

/** A command for each message to `run`. */
function messagesTo(run: string, parent: Command): Command {
  const command = new Command(`dmd-lab control ${run}`).copyInheritedSettings(parent).helpCommand(false);
  for (const message of [
    ...plain.map(([name, type, description]) =>
      sending(run, new Command(name).description(description), () => ({ type }) as ControlMessage),
    ),
    slow(run),
    intervals(run),
    inspect(run),
  ]) {
    command.addCommand(message.copyInheritedSettings(command));
  }
  return command;
}

const slow = (run: string): Command =>
  sending(
    run,
    new Command('slow')
      .description('Pause after every step, so that one can watch; 0: no longer.')
      .argument('<milliseconds>', 'from 0 to 60000', numberOr),
    (milliseconds) => ({ type: 'setSlow', milliseconds }) as ControlMessage,
  );

const intervals = (run: string): Command =>
  sending(
    run,
    new Command('intervals')
      .description('Change how many steps lie between samples, probes and the like; 0: never.')
      .argument('<key=value...>', 'samplesEvery, probeEvery, layersEvery, checkpointEvery or evaluateEvery'),
    (pairs) => ({ type: 'setIntervals', intervals: Object.fromEntries((pairs as string[]).map(pairOf)) }),
  );

function pairOf(text: string): [string, string | number] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), numberOr(text.slice(at + 1))];
}

/** `command`, which sends what `messageOf` makes of its argument. */
function sending(run: string, command: Command, messageOf: (argument: unknown) => ControlMessage): Command {
  return withOutput(command).action(
    action<OutputOptions, [string | string[]]>(async ({ output, signal }, argument) => {
      const { findRun } = await import('../runs/directory/find-run.ts');
      const message = messageOf(argument);
      const reply = await askRun(await findRun(run), message, signal);
      output.result(reply, describeReply(reply));
    }, WAITS_NO_MORE),
  );
}
