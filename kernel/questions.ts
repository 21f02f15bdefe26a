/**
 * What an editor asks about a cell: what could stand at the cursor, and what does.
 */
import type { Completions, Inspection } from './protocol.ts';
import type { Session } from './session.ts';

/** What could stand at `cursor`, in UTF-16 units, best first. */
export function complete({ tslab, declarations }: Session, code: string, cursor: number): Completions {
  const { start, end, candidates, original } = tslab.converter.complete(declarations, code, cursor);
  const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
  return { start, end, matches: candidates.map((name) => ({ name, kind: kinds.get(name) ?? '' })) };
}

/** What stands at `cursor`, in UTF-16 units. */
export function explain({ tslab, declarations }: Session, code: string, cursor: number): Inspection | undefined {
  // TypeScript gives nothing where nothing is
  const info = tslab.converter.inspect(declarations, code, cursor) as
    ReturnType<typeof tslab.converter.inspect> | undefined;
  if (!info) return undefined;
  const text = (parts: readonly { text: string }[] = []) => parts.map((part) => part.text).join('');
  const tags = info.tags?.map(({ name, text: parts }) => `\n\n*@${name}* ${text(parts)}`).join('') ?? '';
  return {
    start: info.textSpan.start,
    end: info.textSpan.start + info.textSpan.length,
    signature: text(info.displayParts),
    documentation: text(info.documentation) + tags,
  };
}

/** Whether a console should run `code`, or let its author go on, with what indentation. */
export function isComplete({ tslab }: Session, code: string): { status: string; indent?: string } {
  const { completed, indent } = tslab.isCompleteCode(code);
  return completed ? { status: 'complete' } : { status: 'incomplete', indent: indent ?? '' };
}
