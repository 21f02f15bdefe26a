/**
 * A page of documentation as a program: its `ts` blocks one after another, and what the `text` block below each says that it
 * prints, where `…` stands for anything.
 */
import { readFileSync } from 'node:fs';

export interface Page {
  /** TypeScript, which prints `MARK` before what each block does. */
  readonly program: string;
  /** What the blocks print; undefined for one that the page does not show the output of. */
  readonly printed: readonly (string | undefined)[];
}

const MARK = '--- block';
const BLOCK = /```ts\n([^]*?)```\n(?:\n```text\n([^]*?)```\n)?/g;

export function readPage(path: string): Page {
  const blocks = [...readFileSync(path, 'utf8').matchAll(BLOCK)];
  return {
    program: blocks.map(([, code]) => `console.log('${MARK}');\n${code}`).join('\n'),
    printed: blocks.map(([, , text]) => text),
  };
}

/** What each block has printed, of all that the program did. */
export const outputs = (stdout: string): string[] => stdout.split(`${MARK}\n`).slice(1);

/** Matches what a `text` block says. */
export const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .trimEnd()
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('…', '.+')}\n$`,
  );

/** The first cells of the table under the heading `heading`, without their marks. */
export function tableOf(page: string, heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  return [...section.split('\n## ')[0]!.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell!);
}
