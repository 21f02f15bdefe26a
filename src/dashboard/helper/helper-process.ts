/**
 * The helper process: answers what needs networks, so that neither the dashboard's host nor a training waits for it. It
 * ends with the process that forked it.
 */
import { basename } from 'node:path';
import { DmdError, messageOf } from '../../errors.ts';
import { refuseLinks } from '../../runs/directory/directory.ts';
import { exportFiles, exportTargets } from '../../runs/generator/export-files.ts';
import { generate } from './generate.ts';
import { generatorPath, HelperModels } from './helper-models.ts';
import type { FromHelper, Task, Tasks, TaskType, ToHelper } from './helper-protocol.ts';

const models = new HelperModels();
let underWay: { readonly id: number; readonly abort: AbortController } | undefined;

process.on('message', (message: ToHelper) => {
  if (message.type !== 'cancel') void answer(message);
  else if (underWay?.id === message.id) underWay.abort.abort();
});
process.on('disconnect', () => process.exit());
// a terminal interrupts all of its processes; when this one ends, the other decides
process.on('SIGINT', () => undefined);

async function answer(task: Task): Promise<void> {
  const abort = new AbortController();
  underWay = { id: task.id, abort };
  tell(
    await perform(task, abort.signal).then(
      (ok): FromHelper => ({ id: task.id, ok }),
      (error: unknown): FromHelper => ({
        id: task.id,
        error: { kind: error instanceof DmdError ? error.kind : 'internal', message: messageOf(error) },
      }),
    ),
  );
}

async function perform(task: Task, signal: AbortSignal): Promise<Tasks[TaskType]['reply']> {
  const engine = await models.engine(task.threads);
  switch (task.type) {
    case 'inspect': {
      const { directory, message } = task.ask;
      return (await models.checkpoint(directory, message.layer !== undefined)).inspect(message);
    }
    case 'generate':
      return generate(models, task.ask, signal);
    case 'export': {
      const { directory } = task.ask;
      await refuseLinks(directory);
      const files = await exportTargets([directory], { force: true });
      await exportFiles(await generatorPath(directory), files, { engine, config: { engine: 'onnx' } });
      return { files: files.map((file) => basename(file)) };
    }
  }
}

function tell(message: FromHelper): void {
  // the other end may just have gone
  if (process.connected) process.send!(message);
}
