/**
 * The tour: a walkthrough of the manifest, from the environment to an exported generator.
 */
import * as vscode from 'vscode';
import { registerCommands } from '../commands.ts';
import type { Lab } from '../lab.ts';

export const register = (lab: Lab): vscode.Disposable =>
  registerCommands(lab, {
    'dmd.openTour': async () => {
      const { id } = lab.context.extension;
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${id}#tour`);
    },
  });
