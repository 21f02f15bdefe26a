/**
 * Which run a command is about: menus give a run, other callers its path, the palette nothing.
 */

/** The path of the run that a command was called with. */
export function runArgument(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  const { path } = (typeof argument === 'object' && argument !== null ? argument : {}) as { path?: unknown };
  return typeof path === 'string' ? path : undefined;
}
