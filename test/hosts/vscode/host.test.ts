/**
 * The extension inside the extension host of a real VS Code: each test that ran there is one here.
 */
import { expect, inject, test } from 'vitest';
import { runInHost } from './run-in-host.ts';

for (const tests of ['trusted', 'untrusted', 'notebooks'] as const) {
  const results = inject('host') ? await runInHost(tests).catch((error: unknown) => error) : [];
  test.skipIf(!inject('host'))(`in the extension host, ${tests}`, () => {
    if (!Array.isArray(results)) throw results;
    expect(results).not.toEqual([]);
  });
  for (const { title, failure, took } of Array.isArray(results) ? results : []) {
    test(`in the extension host, ${tests}: ${title} (${took} ms)`, () => {
      if (failure !== undefined) throw new Error(failure);
    });
  }
}
