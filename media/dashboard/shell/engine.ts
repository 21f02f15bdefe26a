/**
 * What computes a run, and why that.
 */
import type { RunModel } from '../run-model.ts';

/** `onnx on CPU, 2 threads`. Reads signals. */
export function engineOf({ started, head }: RunModel): string {
  const { engine, device } = started.value ?? head.value.status;
  return [engine, device].filter(Boolean).join(' on ');
}

/** What chose engine and device, and their version. Reads signals. */
export function whyEngine({ started }: RunModel): string {
  const { config, runtime } = started.value ?? {};
  if (!config) return '';
  const chosen =
    config.engine === 'auto' && config.device === 'auto'
      ? 'The fastest that was found: the configuration leaves engine and device to `auto`.'
      : `Asked for in the configuration: engine \`${config.engine}\`, device \`${config.device}\`.`;
  return runtime ? `${chosen} ${runtime}.` : chosen;
}
