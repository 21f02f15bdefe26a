// Adds up the reports that vitest left in .cache/reports and prints `N passed, N failed, N skipped`. The arguments name
// what ended with an error; where the reports hold fewer failed tests (types, lint, a crash), each counts as one. The exit
// code is 0 when nothing failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = '.cache/reports';
const ended = process.argv.slice(2);

const statuses = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).testResults)
  // a file that could not be loaded failed without a test
  .flatMap(({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((test) => test.status !== 'failed')
      ? [{ status: 'failed' }, ...assertionResults]
      : assertionResults,
  )
  // vitest leaves `pending` what a crash of its process kept from ending
  .map(({ status }) => (status === 'pending' ? 'failed' : status));

const count = (status) => statuses.filter((each) => each === status).length;
const [passed, failedTests] = [count('passed'), count('failed')];
const failed = Math.max(failedTests, ended.length);
for (const name of ended) console.log(`Ended with an error: ${name}`);
console.log(`${passed} passed, ${failed} failed, ${statuses.length - passed - failedTests} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
