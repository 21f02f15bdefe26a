/**
 * Check Environment and Select Engine: what `dmd-lab doctor` finds, with a button for each remedy.
 */
import * as vscode from 'vscode';
import { registerCommands, showError } from '../commands.ts';
import type { Lab } from '../lab.ts';
import { runCommand } from '../run-command.ts';
import { remediesOf, type Candidate, type Remedy, type Report } from './report.ts';

export const register = (lab: Lab): vscode.Disposable =>
  registerCommands(
    lab,
    { 'dmd.checkEnvironment': () => checkEnvironment(lab), 'dmd.selectEngine': () => selectEngine(lab) },
    { runs: true },
  );

type RemedyButton = vscode.QuickInputButton & { readonly tooltip: string; readonly act: () => Promise<void> };
interface Item extends vscode.QuickPickItem {
  readonly buttons: readonly RemedyButton[];
}

const examine = (lab: Lab): Promise<Report | undefined> =>
  runCommand<Report>(lab, ['doctor', ...chosen()], vscode.l10n.t('Trying engines and devices'));

/** The settings, as options of the command. */
function chosen(): string[] {
  const settings = vscode.workspace.getConfiguration('dmd');
  return ['engine', 'device'].flatMap((key) => [`--${key}`, settings.get<string>(key, 'auto')]);
}

async function checkEnvironment(lab: Lab): Promise<void> {
  const report = await examine(lab);
  if (!report) return;
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('New runs take {0} on {1}', report.engine, report.device);
  pick.placeholder = vscode.l10n.t('Enter shows all that is known; the buttons at the right are remedies.');
  pick.matchOnDetail = true;
  pick.items = [...generalItems(lab, report), ...report.available.map(candidateItem)];
  const done = (work: () => Promise<void>) => {
    pick.hide();
    work().catch((error: unknown) => void showError(lab, error));
  };
  pick.onDidTriggerItemButton(({ button }) => done((button as RemedyButton).act));
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    if (item) done(() => tellAll(item));
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

function generalItems(lab: Lab, report: Report): Item[] {
  const select = button('list-selection', vscode.l10n.t('Select Engine…'), () => run('dmd.selectEngine'));
  const settings = button('settings-gear', vscode.l10n.t('Choose Another'), () =>
    run('workbench.action.openSettings', 'dmd.node'),
  );
  return [
    { label: `$(server-process) ${report.runtime}`, detail: report.reason, buttons: [select] },
    { label: '$(vm) Node.js', detail: lab.runtime().node, buttons: [settings] },
  ];
}

function candidateItem(candidate: Candidate): Item {
  const { engine, device, works, reason } = candidate;
  return {
    label: `$(${works ? 'pass' : 'circle-slash'}) ${engine}`,
    description: device,
    detail: reason,
    buttons: remediesOf(candidate).map(remedyButton),
  };
}

/** The list cuts long sentences. */
async function tellAll({ label, description, detail, buttons }: Item): Promise<void> {
  const title = [label.replace(/^\$\(.*?\) /, ''), ...(description ? [description] : [])].join(', ');
  const options = { modal: true, detail };
  const chosen = await vscode.window.showInformationMessage(title, options, ...buttons.map(({ tooltip }) => tooltip));
  await buttons.find(({ tooltip }) => tooltip === chosen)?.act();
}

function remedyButton(remedy: Remedy): RemedyButton {
  if (remedy.kind === 'choose')
    return button('check', vscode.l10n.t('Use for New Runs'), () => choose(remedy.engine, remedy.device));
  return button('copy', vscode.l10n.t('Copy `{0}`', remedy.command), async () => {
    await vscode.env.clipboard.writeText(remedy.command);
    vscode.window.setStatusBarMessage(vscode.l10n.t('The command is on the clipboard.'), 5_000);
  });
}

const button = (icon: string, tooltip: string, act: () => Promise<void>): RemedyButton => ({
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
  act,
});

/** Lets a person choose among what works. */
async function selectEngine(lab: Lab): Promise<void> {
  const report = await examine(lab);
  if (!report) return;
  const automatic = {
    label: 'auto',
    description: vscode.l10n.t('the best that works'),
    engine: 'auto',
    device: 'auto',
  };
  const items = report.available.flatMap((candidate) =>
    remediesOf(candidate).flatMap((remedy) =>
      remedy.kind === 'choose'
        ? [{ label: remedy.engine, description: candidate.device, detail: candidate.reason, ...remedy }]
        : [],
    ),
  );
  const title = vscode.l10n.t('What runs new runs?');
  const picked = await vscode.window.showQuickPick([automatic, ...items], { title });
  if (picked) await choose(picked.engine, picked.device);
}

async function choose(engine: string, device: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('dmd');
  await settings.update('engine', engine, vscode.ConfigurationTarget.Global);
  await settings.update('device', engine === 'onnx' ? device : 'auto', vscode.ConfigurationTarget.Global);
  vscode.window.setStatusBarMessage(vscode.l10n.t('New runs take {0} on {1}.', engine, device), 5_000);
}

async function run(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}
