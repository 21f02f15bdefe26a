// Installs a real VS Code that runs without a desktop: code-server, and the Node that it wants. Prints, as one line of JSON,
// where both are. `npm run test:all` calls it; with `minimum`, as `npm run test:min` does, it is the oldest VS Code that the
// extension is for.
import { join } from 'node:path';
import { installNode, installTool, npm } from './tools.mjs';

/** code-server is numbered after the VS Code inside: 4.139.1 holds 1.139.1. */
const versions = {
  current: { server: '4.139.1', node: '24.21.0' },
  // its own argon2 downloads a binary
  minimum: { server: '4.100.3', node: '20.20.2', overrides: { argon2: '0.44.0' } },
};
const { server, node: nodeVersion, overrides } = versions[process.argv[2] ?? 'current'];

const node = await installNode(nodeVersion);
const finish = (folder) => {
  const vscode = join(folder, 'node_modules/code-server/lib/vscode');
  npm(['install', '--omit=dev'], vscode, node);
  npm(['install', '--omit=dev'], join(vscode, 'extensions'), node);
  // the two of its native modules that it does not start without, under the names of then and now
  npm(['rebuild', '@vscode/spdlog', 'native-watchdog', '@vscode/native-watchdog'], vscode, node);
};
const folder = await installTool(`code-server-${server}`, { 'code-server': server }, finish, overrides);
console.log(
  JSON.stringify({
    node: join(node, 'bin/node'),
    server: join(folder, 'node_modules/code-server/out/node/entry.js'),
    version: server,
  }),
);
