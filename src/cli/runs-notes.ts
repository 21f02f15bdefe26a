/**
 * `dmd-lab runs tag`, `note` and `rename`: what people keep in mind about a run.
 */
import { Command } from 'commander';
import type { Notes, NotesChange } from '../runs/directory/notes.ts';
import { action, withOutput } from './options.ts';
import type { OutputOptions } from './output.ts';
import { printable } from './table.ts';

const RUN = 'a run directory, the name of a run in .dmd/runs, or `latest`';

export const tag = (): Command =>
  withOutput(
    new Command('tag')
      .description('Tag a run.')
      .argument('<run>', RUN)
      .argument('<tags...>', 'words')
      .option('--remove', 'take these tags away'),
  )
    .addHelpText('after', '\nExamples:\n  dmd-lab runs tag latest good slides\n  dmd-lab runs tag latest good --remove')
    .action(
      action<OutputOptions & { remove?: boolean }, [string, string[]]>(async ({ options, output }, text, words) => {
        const { tags } = await change(text, ({ tags }) => ({
          tags: options.remove ? tags.filter((tag) => !words.includes(tag)) : [...tags, ...words],
        }));
        output.result({ tags }, tags.length > 0 ? tags.map(printable).join(' ') : 'no tags');
      }),
    );

export const note = (): Command =>
  withOutput(
    new Command('note')
      .description('Write notes about a run, in the place of those that were there; an empty text takes them away.')
      .argument('<run>', RUN)
      .argument('<text>', 'the notes'),
  )
    .addHelpText('after', '\nExamples:\n  dmd-lab runs note latest "twice the pairs: no better"')
    .action(
      action<OutputOptions, [string, string]>(async ({ output }, text, notes) => {
        const { notes: written } = await change(text, () => ({ notes }));
        output.result({ notes: written }, written === '' ? 'no notes' : `${written.length} characters of notes`);
      }),
    );

export const rename = (): Command =>
  withOutput(
    new Command('rename')
      .description('Give a run a title; its directory keeps its name. An empty title takes it away.')
      .argument('<run>', RUN)
      .argument('<title>', 'the title'),
  )
    .addHelpText('after', '\nExamples:\n  dmd-lab runs rename latest "Eq. 8, five fake updates"')
    .action(
      action<OutputOptions, [string, string]>(async ({ output }, text, name) => {
        const { name: title } = await change(text, () => ({ name }));
        output.result({ title: title ?? null }, title === undefined ? 'no title' : printable(title));
      }),
    );

async function change(text: string, how: (before: Notes) => NotesChange): Promise<Notes> {
  const { findRun } = await import('../runs/directory/find-run.ts');
  const { changeNotes } = await import('../runs/directory/notes.ts');
  return changeNotes(await findRun(text), how);
}
