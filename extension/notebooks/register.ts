/**
 * Notebooks: the TypeScript kernel of `.ipynb` files, completion in their cells, and new ones.
 */
import * as vscode from 'vscode';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { chosenEngine } from '../runs/runs.ts';
import { createKernels } from './controller.ts';
import { distillCells } from './distill-cells.ts';
import { offerLanguageFeatures } from './language-features.ts';
import { openNotebook } from './open-notebook.ts';

export function register(lab: Lab): vscode.Disposable {
  const kernels = createKernels(lab);
  return vscode.Disposable.from(
    kernels,
    offerLanguageFeatures((notebook) => kernels.sessions.find(notebook)),
    registerCommands(lab, {
      'dmd.newNotebook': () => openNotebook(lab, distillCells({ config: { teacher: 'two-modes', ...chosenEngine() } })),
    }),
    registerCommands(
      lab,
      {
        'dmd.restartKernel': async (argument) => {
          const session = kernels.sessions.find(notebookOf(argument));
          const title = vscode.l10n.t('Restarting the kernel');
          const location = vscode.ProgressLocation.Window;
          await vscode.window.withProgress({ location, title }, async () => session?.restart());
        },
      },
      { runs: true },
    ),
  );
}

/** The notebook that a toolbar, or a caller, names; else the one that is looked at. */
function notebookOf(argument: unknown): vscode.NotebookDocument | undefined {
  const { notebookEditor } = (argument ?? {}) as { notebookEditor?: { notebookUri?: unknown } };
  const uri = argument instanceof vscode.Uri ? argument : notebookEditor?.notebookUri;
  const active = vscode.window.activeNotebookEditor?.notebook;
  if (!(uri instanceof vscode.Uri)) return active;
  return vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.toString() === uri.toString());
}
