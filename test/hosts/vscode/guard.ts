/**
 * A process that outlives the tests, however they end, and then ends what they have left behind. Its argument is their
 * folder; it acts when its standard input closes.
 */
import { rm } from 'node:fs/promises';
import { endProcesses } from './end-processes.ts';

const folder = process.argv[2]!;
process.stdin.resume().on('close', () => {
  // this process names the folder too, and is passed over
  void endProcesses(folder).then(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
});
