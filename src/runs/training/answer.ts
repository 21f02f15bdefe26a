/**
 * What each control message does to a run.
 */
import { relative } from 'node:path';
import type { ControlMessage, ControlReply } from '../contract.ts';
import { inspectRun } from '../observation/inspect.ts';
import { exportJob } from './distill-results.ts';
import type { DistillationRun } from './distillation-run.ts';

/** Does what `message` asks and says where the run then is. */
export async function answer<Message extends ControlMessage>(
  run: DistillationRun,
  message: Message,
): Promise<ControlReply<Message['type']>> {
  const reply = await act(run, message);
  return { ...run.place, ...reply } as ControlReply<Message['type']>;
}

async function act(run: DistillationRun, message: ControlMessage): Promise<object> {
  switch (message.type) {
    case 'pause':
      await run.look(() => Promise.resolve(run.pause()));
      return {};
    case 'resume':
      run.resume();
      return {};
    case 'step':
      return { report: await run.stepOnce() };
    case 'stepGenerator':
      return { report: await run.stepGenerator() };
    case 'stepFake':
      return { report: await run.stepFake() };
    case 'setSlow':
      run.setSlow(message.milliseconds);
      return {};
    case 'setIntervals':
      return { intervals: run.setIntervals(message.intervals) };
    case 'checkpoint':
      return { path: relative(run.directory.path, (await run.checkpoint()).path) };
    case 'evaluate':
      return { figures: await run.evaluate() };
    case 'stop':
      await run.stop();
      return {};
    case 'inspect':
      return run.look((job) => inspectRun(job, message));
    case 'export':
      return { files: await run.look(exportJob) };
  }
}
