// Installs a real VS Code that runs without a desktop: code-server, and the Node 24 that it wants. Prints, as one line of
// JSON, where both are. `npm run test:all` calls it.
import { join } from 'node:path';
import { installNode, installTool, npm } from './tools.mjs';

const VERSION = '4.139.1';

const node = await installNode();
const folder = await installTool(`code-server-${VERSION}`, { 'code-server': VERSION }, (folder) => {
  const vscode = join(folder, 'node_modules/code-server/lib/vscode');
  npm(['install', '--omit=dev'], vscode, node);
  npm(['install', '--omit=dev'], join(vscode, 'extensions'), node);
  // the two of its native modules that it does not start without
  npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, node);
});
console.log(
  JSON.stringify({
    node: join(node, 'bin/node'),
    server: join(folder, 'node_modules/code-server/out/node/entry.js'),
    version: VERSION,
  }),
);
