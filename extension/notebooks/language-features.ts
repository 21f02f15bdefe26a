/**
 * Completion and hover in cells, from the kernel, which knows what the cells before have made. What VS Code's own TypeScript
 * says of a cell by itself is not said twice.
 */
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { LANGUAGES, NOTEBOOK_TYPE } from './notebook-metadata.ts';
import type { Session } from './session.ts';

/** Milliseconds: a kernel that is busy would hold up what others know. */
const PATIENCE = 1000;

type FindSession = (notebook: vscode.NotebookDocument) => Session | undefined;

export function offerLanguageFeatures(find: FindSession): vscode.Disposable {
  const selector = LANGUAGES.map((language) => ({ language, notebookType: NOTEBOOK_TYPE }));
  return vscode.Disposable.from(
    vscode.languages.registerCompletionItemProvider(selector, completion(find), '.', '"', "'", '/'),
    vscode.languages.registerHoverProvider(selector, hover(find)),
  );
}

function completion(find: FindSession): vscode.CompletionItemProvider {
  const asOthers = new Others<vscode.CompletionList>('vscode.executeCompletionItemProvider');
  return {
    provideCompletionItems: async (document, position, token) => {
      if (asOthers.areAsked) return undefined;
      const kernel = await kernelOf(document, find);
      if (!kernel) return undefined;
      const asked = kernel.complete(document.getText(), document.offsetAt(position));
      const [completions, theirs] = await Promise.all([inTime(asked, token), asOthers.ask(document, position)]);
      if (!completions) return undefined;
      const { start, end, matches } = completions;
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      const known = new Set(theirs?.items.map(({ label }) => (typeof label === 'string' ? label : label.label)));
      return matches
        .filter(({ name }) => !known.has(name))
        .map(({ name, kind }) => Object.assign(new vscode.CompletionItem(name, itemKind(kind)), { range }));
    },
  };
}

function hover(find: FindSession): vscode.HoverProvider {
  const asOthers = new Others<vscode.Hover[]>('vscode.executeHoverProvider');
  return {
    provideHover: async (document, position, token) => {
      if (asOthers.areAsked) return undefined;
      const kernel = await kernelOf(document, find);
      if (!kernel) return undefined;
      const asked = kernel.inspect(document.getText(), document.offsetAt(position));
      const [found, theirs] = await Promise.all([inTime(asked, token), asOthers.ask(document, position)]);
      if (!found || theirs?.some(isAnswer)) return undefined;
      const signature = new vscode.MarkdownString().appendCodeblock(found.signature, 'typescript');
      const range = new vscode.Range(document.positionAt(found.start), document.positionAt(found.end));
      return new vscode.Hover(found.documentation ? [signature, found.documentation] : [signature], range);
    },
  };
}

/** What other providers say at a place, asked without asking ourselves again. */
class Others<Answer> {
  areAsked = false;

  constructor(private readonly command: string) {}

  async ask({ uri }: vscode.TextDocument, position: vscode.Position): Promise<Answer | undefined> {
    this.areAsked = true;
    try {
      return await vscode.commands.executeCommand<Answer>(this.command, uri, position);
    } finally {
      this.areAsked = false;
    }
  }
}

/** Of a name from another cell, VS Code's TypeScript says `any`. */
const isAnswer = ({ contents }: vscode.Hover): boolean =>
  contents.some((content) => !/^$|: any\b/.test(typeof content === 'string' ? content : content.value));

async function kernelOf(document: vscode.TextDocument, find: FindSession) {
  const notebook = vscode.workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document === document),
  );
  return notebook && (await find(notebook)?.kernel?.catch(() => undefined));
}

/** Undefined when it takes too long, is not wanted any more, or fails. */
async function inTime<Answer>(asked: Promise<Answer>, token: vscode.CancellationToken): Promise<Answer | undefined> {
  const ending = new AbortController();
  const cancelled = token.onCancellationRequested(() => ending.abort());
  const late = setTimeout(PATIENCE, undefined, { signal: ending.signal }).catch(() => undefined);
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  cancelled.dispose();
  ending.abort();
  return answer;
}

const { CompletionItemKind } = vscode;

/** By TypeScript's words. */
const kinds: Readonly<Record<string, vscode.CompletionItemKind>> = {
  method: CompletionItemKind.Method,
  function: CompletionItemKind.Function,
  'local function': CompletionItemKind.Function,
  constructor: CompletionItemKind.Constructor,
  property: CompletionItemKind.Property,
  getter: CompletionItemKind.Property,
  setter: CompletionItemKind.Property,
  const: CompletionItemKind.Constant,
  class: CompletionItemKind.Class,
  interface: CompletionItemKind.Interface,
  type: CompletionItemKind.Interface,
  enum: CompletionItemKind.Enum,
  'enum member': CompletionItemKind.EnumMember,
  module: CompletionItemKind.Module,
  'external module name': CompletionItemKind.Module,
  keyword: CompletionItemKind.Keyword,
  string: CompletionItemKind.Constant,
  directory: CompletionItemKind.Folder,
  script: CompletionItemKind.File,
};

const itemKind = (kind: string): vscode.CompletionItemKind =>
  Object.hasOwn(kinds, kind) ? kinds[kind]! : CompletionItemKind.Variable;
