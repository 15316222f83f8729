/** The command line, loaded once: each line of standard input is the arguments of a command; each command ends with a NUL. */
import { createInterface } from 'node:readline';
import { setUp } from '../../scripts/setup.mjs';

setUp();
const { run } = await import('../../dist/src/cli.js');
for await (const line of createInterface({ input: process.stdin })) {
  process.exitCode = 0;
  await run(['node', 'mingzhang', ...JSON.parse(line)]);
  process.stderr.write('\0');
  process.stdout.write(`\0${process.exitCode}\n`);
}
