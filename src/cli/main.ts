#!/usr/bin/env node
/**
 * The command `dmd-lab`. Each command loads what it needs when it runs, so that `--help` is there at once.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { packagePath } from '../paths.ts';
import { distill } from './distill.ts';
import { doctor } from './doctor.ts';
import { surviveClosedPipes } from './output.ts';
import { pairs } from './pairs.ts';
import { sample } from './sample.ts';
import { trainClassifier } from './train-classifier.ts';
import { trainTeacher } from './train-teacher.ts';

const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };

const program = new Command('dmd-lab')
  .description('One-step diffusion by Distribution Matching Distillation.')
  .version(version)
  .showHelpAfterError('(`--help` shows what there is)');

surviveClosedPipes();
for (const command of [distill(), sample(), pairs(), trainTeacher(), trainClassifier(), doctor()]) {
  // commands that are made elsewhere do not inherit these
  program.addCommand(command.copyInheritedSettings(program));
}
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // commander has said what is wrong, or shown the help that was asked for
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
