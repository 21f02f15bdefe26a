// `npm run l10n`: gathers the sentences of extension/ that `vscode.l10n.t` says into l10n/bundle.l10n.json, which
// translations are made of.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { installTool } from './tools.mjs';

const VERSION = '0.0.35';
const folder = await installTool(`l10n-dev-${VERSION}`, { '@vscode/l10n-dev': VERSION });
const program = join(folder, 'node_modules/@vscode/l10n-dev/dist/cli.js');
execFileSync(process.execPath, [program, 'export', '--outDir', 'l10n', 'extension'], { stdio: ['ignore', 2, 2] });
