/**
 * What people write about a run: a title, tags and notes in its `notes.json`, which no training ever reads.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { failure, usageError } from '../../errors.ts';
import { readPlainJson } from '../files/plain-json.ts';
import { replaceJson } from '../files/replace-file.ts';

export const LONGEST_TITLE = 200;
export const LONGEST_TAG = 50;
export const MOST_TAGS = 30;
export const LONGEST_NOTES = 20_000;

/** Keys that a newer version has added stay when an older one writes. */
const Notes = z.looseObject({
  v: z.literal(1),
  name: z.string().min(1).max(LONGEST_TITLE).optional(),
  tags: z.array(z.string().min(1).max(LONGEST_TAG)).max(MOST_TAGS),
  notes: z.string().max(LONGEST_NOTES),
});
export type Notes = z.output<typeof Notes>;

export type NotesChange = Partial<Pick<Notes, 'name' | 'tags' | 'notes'>>;

const none: Notes = { v: 1, tags: [], notes: '' };
const fileOf = (directory: string) => join(directory, 'notes.json');

/** The notes in a run directory; empty ones when there are none, or none that can be understood. */
export async function readNotes(directory: string): Promise<Notes> {
  return Notes.safeParse(await readPlainJson(fileOf(directory))).data ?? none;
}

/** The last change under way of each `notes.json`: two at a time would each write what the other has not seen. */
const underWay = new Map<string, Promise<unknown>>();

/**
 * Changes some of the notes of a run, after the changes that this process has begun before; an empty `name` takes the title
 * away. A usage error when they are too long or too many, a failure when there is a `notes.json` that is not understood,
 * which stays as it is.
 */
export function changeNotes(directory: string, change: (before: Notes) => NotesChange): Promise<Notes> {
  const path = fileOf(directory);
  const begin = () => changeFile(path, change);
  const changed = (underWay.get(path) ?? Promise.resolve()).then(begin, begin).finally(() => {
    if (underWay.get(path) === changed) underWay.delete(path);
  });
  underWay.set(path, changed);
  return changed;
}

async function changeFile(path: string, change: (before: Notes) => NotesChange): Promise<Notes> {
  const found = (await lstat(path).catch(() => undefined)) ? Notes.safeParse(await readPlainJson(path)).data : none;
  if (!found) throw failure(`\`${path}\` holds no notes that are understood here. Move it aside and try again.`);
  const { name, ...rest } = { ...found, ...change(found) };
  const tags = [...new Set(rest.tags.map((tag) => tag.trim()))];
  const title = name?.trim();
  requireWithin(title ?? '', tags, rest.notes);
  const notes: Notes = { ...rest, tags, ...(title ? { name: title } : {}) };
  await replaceJson(path, notes);
  return notes;
}

function requireWithin(title: string, tags: readonly string[], notes: string): void {
  if (title.length > LONGEST_TITLE)
    throw usageError(`The title has \`${title.length}\` characters. Give one of at most ${LONGEST_TITLE}.`);
  const wrong = tags.find((tag) => tag.length === 0 || tag.length > LONGEST_TAG);
  if (wrong !== undefined) throw usageError(`\`${wrong}\` is no tag. Give 1 to ${LONGEST_TAG} characters.`);
  if (tags.length > MOST_TAGS) throw usageError(`\`${tags.length}\` tags are too many. Keep at most ${MOST_TAGS}.`);
  if (notes.length > LONGEST_NOTES)
    throw usageError(`The notes have \`${notes.length}\` characters. Keep them to ${LONGEST_NOTES}.`);
}
