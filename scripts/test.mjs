/** Sets up, runs the tests and ends with one line of counts. `--long`: the soaks at full size. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

setUp();
const args = process.argv.slice(2);
const long = args.includes('--long');
const folder = mkdtempSync(join(tmpdir(), 'mingzhang-test-'));
const results = join(folder, 'results.json');
const jest = spawn(
  process.execPath,
  [
    join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--json',
    `--outputFile=${results}`,
    ...args.filter((arg) => arg !== '--long'),
  ],
  { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...(long && { MINGZHANG_LONG: '1' }) } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.on('close', (code) => {
  let counts;
  try {
    const said = JSON.parse(readFileSync(results, 'utf8'));
    const skipped = said.testResults.flatMap((file) =>
      file.assertionResults.filter((test) => test.status === 'pending').map((test) => `skipped: ${test.fullName}`),
    );
    if (skipped.length > 0) console.log(skipped.join('\n'));
    const files = said.numTotalTestSuites;
    counts = `tests: ${said.numPassedTests} passed, ${said.numFailedTests} failed, ${said.numPendingTests} skipped, ${said.numTotalTests} in ${files} files (${said.numRuntimeErrorTestSuites} files could not run)`;
  } catch {
    counts = 'tests: the run ended before it could count';
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(counts);
  process.exitCode = code ?? 1;
});
