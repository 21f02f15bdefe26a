/**
 * A question that is answered with a text.
 */
import * as vscode from 'vscode';

/** The answer; undefined when the person pressed Escape. What has been written stays when they look at something else. */
export const askText = (options: vscode.InputBoxOptions): Thenable<string | undefined> =>
  vscode.window.showInputBox({ ...options, ignoreFocusOut: true });
