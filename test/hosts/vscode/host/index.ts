/**
 * What VS Code calls inside its extension host: mocha over the tests of this folder, the results left in a file.
 */
import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type MochaClass from 'mocha';
import * as mochaModule from 'mocha';
import * as notebooks from './notebooks.ts';
import * as trusted from './trusted.ts';
import * as untrusted from './untrusted.ts';

// its types are of the class that it was before it was an ES module
const { Mocha } = mochaModule as unknown as { Mocha: typeof MochaClass };

const suites = { trusted, untrusted, notebooks };
export type Suite = keyof typeof suites;

/** What the environment names: which tests, and where the results go. */
export const HOST_TESTS = 'DMD_HOST_TESTS';
export const HOST_RESULTS = 'DMD_HOST_RESULTS';

export interface HostResult {
  readonly title: string;
  /** Why it failed. */
  readonly failure?: string;
  /** Milliseconds. */
  readonly took: number;
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 90_000, reporter: 'min' });
  const { tests } = suites[process.env[HOST_TESTS] as Suite];
  const results: HostResult[] = [];
  // mocha's own names are there once a file is about to be loaded
  mocha.suite.emit('pre-require', globalThis as unknown as MochaClass.MochaGlobals, '', mocha);
  tests();
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    // kept after each, for when one does not end
    const keep = (result: HostResult): void => {
      results.push(result);
      writeFileSync(process.env[HOST_RESULTS]!, JSON.stringify(results));
    };
    runner.on('pass', (test) => keep({ title: test.fullTitle(), took: test.duration ?? 0 }));
    runner.on('fail', (test, error: Error) =>
      keep({ title: test.fullTitle(), took: 0, failure: error.stack ?? inspect(error) }),
    );
  });
}
