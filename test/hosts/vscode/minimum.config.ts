/**
 * `npm run test:min`: the tests inside the extension host, in the oldest VS Code that the extension is for.
 */
import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  { test: { include: ['test/hosts/vscode/host.test.ts'], provide: { vscode: 'minimum' } } },
);
