#!/usr/bin/env node
/**
 * The command `dmd-lab`. Each command loads what it needs when it runs, so that `--help` is there at once.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { packagePath } from '../paths.ts';
import { control } from './control.ts';
import { dashboard } from './dashboard.ts';
import { distill } from './distill.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { kernel } from './kernel.ts';
import { surviveClosedPipes } from './output.ts';
import { pairs } from './pairs.ts';
import { replay } from './replay.ts';
import { runs } from './runs.ts';
import { sample } from './sample.ts';
import { tail } from './tail.ts';
import { trainClassifier } from './train-classifier.ts';
import { trainTeacher } from './train-teacher.ts';

const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };

const program = new Command('dmd-lab')
  .description('One-step diffusion by Distribution Matching Distillation.')
  .version(version)
  .showHelpAfterError('(`--help` shows what there is)')
  // what comes after RUN in `control RUN MESSAGE` belongs to the message
  .enablePositionalOptions()
  .exitOverride();

surviveClosedPipes();
const commands = [distill(), dashboard(), control(), tail(), evaluate(), sample(), exportCommand(), replay(), runs()];
for (const command of [...commands, pairs(), trainTeacher(), trainClassifier(), kernel(), doctor()]) {
  inherit(command, program);
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // commander has said what is wrong, or shown the help that was asked for
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}

/** Commands that are made elsewhere do not do this by themselves. */
function inherit(command: Command, from: Command): void {
  command.copyInheritedSettings(from);
  for (const inner of command.commands) inherit(inner, command);
}
