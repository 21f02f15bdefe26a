/**
 * What `dmd-lab doctor` knows, and the remedies that its sentences name.
 */
export interface Candidate {
  readonly engine: string;
  readonly device: string;
  readonly works: boolean;
  readonly reason: string;
}

export interface Report {
  readonly engine: string;
  readonly device: string;
  readonly runtime: string;
  readonly reason: string;
  readonly available: readonly Candidate[];
}

export type Remedy =
  | { readonly kind: 'choose'; readonly engine: string; readonly device: string }
  /** A command line that a person may run. */
  | { readonly kind: 'copy'; readonly command: string };

/** What can be done about `candidate`: choose it when it works, else run the commands that its reason names. */
export function remediesOf({ engine, device, works, reason }: Candidate): Remedy[] {
  if (works) return [{ kind: 'choose', engine, device: isDevice(device) ? device : 'auto' }];
  const commands = [...reason.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return commands
    .filter((text) => /^([A-Z_]+=\S+ )?(npm|node) /.test(text))
    .map((command) => ({ kind: 'copy', command }));
}

/** Whether `dmd.device` knows it. */
const isDevice = (device: string): boolean => ['cpu', 'webgpu', 'cuda', 'dml'].includes(device);
