/**
 * Notebooks of TypeScript on our kernel, in a workspace that is trusted.
 */
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { findRun } from '../../../../src/runs/directory/find-run.ts';
import { extension, until, workspace } from './fixture.ts';
import { itemsOf, kernelspec, open, press, run, textOf } from './notebook-fixture.ts';

/** A notebook's file. */
interface Saved {
  readonly metadata: { readonly kernelspec: object; readonly language_info: { readonly name: string } };
  readonly cells: readonly {
    readonly outputs: object[];
    readonly metadata: object;
    readonly execution_count: number;
  }[];
}

export function tests(): void {
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('runs cells one after another, with outputs, order and time', async () => {
    const notebook = await open('first.ipynb', ['const x: number = 20;\nx', "console.log('x is', x + 1);", 'x']);
    await press(notebook, 0, 3);
    await until('all have run', async () => notebook.cellAt(2).executionSummary?.success);
    assert.deepEqual(
      notebook.getCells().map(({ executionSummary }) => executionSummary?.executionOrder),
      [1, 2, 3],
    );
    assert.match(textOf(notebook, 0), /20/);
    assert.equal(textOf(notebook, 1), 'x is 21\n');
    const { startTime, endTime } = notebook.cellAt(0).executionSummary!.timing!;
    assert(endTime > startTime);
  });

  it('is chosen without a question for a TypeScript notebook, and says so in the file', async () => {
    const notebook = await open('tslab.ipynb', ["console.log('ü')"], { kernelspec: { ...kernelspec, name: 'tslab' } });
    assert.equal(await run(notebook, 0), true);
    await notebook.save();
    const saved = JSON.parse(await readFile(notebook.uri.fsPath, 'utf8')) as Saved;
    assert.deepEqual(saved.metadata.kernelspec, kernelspec);
    assert.equal(saved.metadata.language_info.name, 'typescript');
    const [cell] = saved.cells;
    assert.deepEqual(cell!.outputs, [{ output_type: 'stream', name: 'stdout', text: ['ü\n'] }]);
    assert.deepEqual([cell!.metadata, cell!.execution_count], [{}, 1]);
  });

  it('shows outputs while the cell runs', async () => {
    const notebook = await open('live.ipynb', [
      "console.log('first');\nawait new Promise((done) => setTimeout(done, 4000));\nconsole.log('last');",
    ]);
    void press(notebook, 0);
    await until('the first line is there', async () => textOf(notebook, 0) === 'first\n');
    assert.equal(notebook.cellAt(0).executionSummary?.success, undefined);
    await until('the last line is there', async () => textOf(notebook, 0) === 'first\nlast\n');
  });

  it('shows an error with a trace into the cell, and gives up the cells behind it', async () => {
    const notebook = await open('error.ipynb', [
      'function broken() {\n  throw new RangeError("too far");\n}\nbroken();',
      "console.log('never')",
      "console.log('again')",
    ]);
    await press(notebook, 0, 2);
    await until('it has failed', async () => notebook.cellAt(0).executionSummary?.success === false);
    const [item] = itemsOf(notebook, 0);
    assert.equal(item!.mime, 'application/vnd.code.notebook.error');
    const error = JSON.parse(new TextDecoder().decode(item!.data)) as { name: string; message: string; stack: string };
    assert.deepEqual([error.name, error.message], ['RangeError', 'too far']);
    assert.match(error.stack, /broken .*2:9/);
    assert.equal(textOf(notebook, 1), '');
    assert.equal(await run(notebook, 2), true);
    assert.equal(textOf(notebook, 2), 'again\n');
  });

  it('interrupts a loop and a cell that awaits, and keeps what cells have made', async () => {
    const notebook = await open('loop.ipynb', [
      'const kept = 7;',
      'console.log("going");\nfor (;;) {}',
      'console.log("going");\nawait new Promise(() => undefined);',
      'kept',
    ]);
    await run(notebook, 0);
    for (const index of [1, 2]) {
      void press(notebook, index);
      await until('it is going', async () => textOf(notebook, index).includes('going'));
      await vscode.commands.executeCommand('notebook.cancelExecution', notebook.uri);
      await until('it has ended', async () => notebook.cellAt(index).executionSummary?.success === false);
    }
    assert.equal(await run(notebook, 3), true, textOf(notebook, 3));
    assert.match(textOf(notebook, 3), /7/);
  });

  it('starts anew when it is restarted, also out of a loop', async () => {
    const notebook = await open('restart.ipynb', [
      '(globalThis as { once?: number }).once = 1;',
      'String((globalThis as { once?: number }).once)',
      'console.log("going");\nfor (;;) {}',
    ]);
    await run(notebook, 0);
    void press(notebook, 2);
    await until('it is going', async () => textOf(notebook, 2).includes('going'));
    await vscode.commands.executeCommand('dmd.restartKernel', notebook.uri);
    await until('the loop has ended', async () => notebook.cellAt(2).executionSummary?.success === false);
    assert.equal(await run(notebook, 1), true, textOf(notebook, 1));
    assert.match(textOf(notebook, 1), /undefined/);
    assert.equal(notebook.cellAt(1).executionSummary?.executionOrder, 1);
  });

  it('says that its kernel has died, and the next cell begins a new one', async () => {
    const notebook = await open('death.ipynb', ["process.kill(process.pid, 'SIGKILL');", "console.log('alive')"]);
    assert.equal(await run(notebook, 0), false);
    assert.match(textOf(notebook, 0), /SIGKILL/);
    assert.equal(await run(notebook, 1), true);
    assert.equal(textOf(notebook, 1), 'alive\n');
  });

  it('replaces what is shown in its place, also after the cell has ended', async () => {
    const notebook = await open('display.ipynb', [
      `import { show } from 'dmd-lab/notebook';\nconst shown = await show('one');\nawait shown.update('two');`,
      `await shown.update('three');`,
      `setTimeout(() => void shown.update('four'), 500);`,
    ]);
    assert.equal(await run(notebook, 0), true, textOf(notebook, 0));
    assert.equal(textOf(notebook, 0), 'two');
    await run(notebook, 1);
    await until('another cell has replaced it', async () => textOf(notebook, 0) === 'three');
    const { executionOrder } = notebook.cellAt(0).executionSummary!;
    await run(notebook, 2);
    await until('a timer has replaced it', async () => textOf(notebook, 0) === 'four');
    assert.equal(notebook.cellAt(0).outputs.length, 1);
    assert.equal(notebook.cellAt(0).executionSummary?.executionOrder, executionOrder);
  });

  it('completes and explains what cells before have made', async () => {
    const notebook = await open('names.ipynb', [
      '/** How far. */\nconst distances = { near: 1, far: 2 };',
      'distances.',
      'distances',
    ]);
    await run(notebook, 0);
    const completions = await until('there are completions', async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        notebook.cellAt(1).document.uri,
        new vscode.Position(0, 10),
      );
      return items.some(({ label }) => label === 'near') && items;
    });
    assert.equal(completions.filter(({ label }) => label === 'far').length, 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      notebook.cellAt(2).document.uri,
      new vscode.Position(0, 3),
    );
    const said = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value));
    assert.match(said.join('\n'), /near: number/);
    assert.match(said.join('\n'), /How far/);
  });

  it('lets cells import files of the workspace and keeps to the folder of the notebook', async () => {
    await mkdir(join(workspace(), 'src'), { recursive: true });
    await writeFile(join(workspace(), 'src/double.ts'), 'export const double = (x: number): number => 2 * x;\n');
    const notebook = await open('imports.ipynb', [
      "import { double } from './src/double';\nconsole.log(double(21), process.cwd());",
    ]);
    assert.equal(await run(notebook, 0), true, textOf(notebook, 0));
    assert.equal(textOf(notebook, 0), `42 ${workspace()}\n`);
  });

  it('drives a run that the window steers: 20 steps from a cell, one by a message, and the cell reads step 21', async () => {
    const notebook = await open('steps.ipynb', [
      `import { distiller } from 'dmd-lab/notebook';
const run = await distiller({ teacher: 'two-modes', pairs: 64, warmup: { regressionSteps: 0, fakeSteps: 0 } }, { out: 'stepped' });
await run.step(20);
console.log(run.iteration);`,
      'console.log(run.iteration);',
    ]);
    assert.equal(await run(notebook, 0), true, textOf(notebook, 0));
    assert.match(textOf(notebook, 0), /20\n$/);
    const path = await findRun(join(workspace(), 'stepped'));
    const { runs } = await extension().activate();
    const attached = await runs.attach(path);
    assert.equal((await attached.send({ type: 'step' })).iteration, 21);
    attached.dispose();
    await run(notebook, 1);
    assert.equal(textOf(notebook, 1), '21\n');
  });

  it('keeps 20,000 printed lines, all of them and in order', async () => {
    const notebook = await open('lines.ipynb', ['for (let i = 0; i < 20_000; i++) console.log(i);']);
    assert.equal(await run(notebook, 0), true);
    assert.equal(textOf(notebook, 0), Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(''));
    assert.equal(notebook.cellAt(0).outputs.length, 1);
  });

  it('leaves a Python notebook as it is', async () => {
    const metadata = { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } };
    const notebook = await open('python.ipynb', ['print(1)'], metadata);
    await press(notebook, 0);
    await setTimeout(1_000);
    assert.equal(notebook.cellAt(0).document.languageId, 'python');
    assert.deepEqual([notebook.isDirty, textOf(notebook, 0)], [false, '']);
  });

  it('opens a new notebook, in no file yet, that is of our kernel', async () => {
    await vscode.commands.executeCommand('dmd.newNotebook');
    const { notebook } = vscode.window.activeNotebookEditor!;
    assert(notebook.isUntitled);
    assert.deepEqual((notebook.metadata.metadata as { kernelspec: object }).kernelspec, kernelspec);
    const code = notebook.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code);
    assert.match(code[0]!.document.getText(), /distiller\(\{ teacher: 'two-modes' \}\)/);
    assert(code.every(({ document }) => document.languageId === 'typescript'));
  });

  it('ends its kernel with the notebook', async () => {
    const file = join(workspace(), 'pid.txt');
    const notebook = await open('closed.ipynb', [
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('pid.txt', String(process.pid));`,
    ]);
    await run(notebook, 0);
    const pid = Number(await readFile(file, 'utf8'));
    assert(existsSync(`/proc/${pid}`));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until('the process is gone', async () => !existsSync(`/proc/${pid}`));
  });
}
