/**
 * What ONNX Runtime says when it cannot go on, for people: which engine, where, what happened, what to do.
 */
import { type DmdError, failure } from '../../errors.ts';
import type { Provider } from './session.ts';

/** Words of ONNX Runtime, of WebGPU and of JavaScript about a tensor or a graph that has no room. */
const NO_ROOM =
  /allocate memory|bad_alloc|out of (device |host )?memory|exceeds the max|Too many storage buffers|Invalid typed array length|Array buffer allocation/i;

/** The failure of a program on `provider`, from what ONNX Runtime threw. */
export function runFailure(cause: unknown, provider: Provider): DmdError {
  const said = briefly((cause as Error).message);
  const where = provider === 'cpu' ? 'on the CPU' : `on the device \`${provider}\``;
  const smaller = 'Take fewer or smaller images at once (for a run: `--set batchSize=…`)';
  const elsewhere = '`--device cpu` computes elsewhere';
  const remedy = NO_ROOM.test(said)
    ? ` ${smaller}${provider === 'cpu' ? '' : `, or use the memory of the machine: ${elsewhere}`}.`
    : provider === 'cpu'
      ? ''
      : ` ${elsewhere}.`;
  return failure(`The engine \`onnx\` cannot compute this ${where}: ${said}.${remedy}`, cause);
}

/** What ONNX Runtime said, without the places in its own sources. */
export const briefly = (message: string): string =>
  message
    .split('\n')[0]!
    .replaceAll(/\S*onnxruntime_src\S* .*?\) (?:const )?(?:.*? was (?:true|false)\. )?/g, '')
    .replace(/\.+$/, '');
