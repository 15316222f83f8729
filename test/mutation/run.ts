/** `npm run mutation [-- --file <beginning of a path> …] [--test <beginning> …] [--workers n]`: over the rules, what they stand on, attribution, and the guards of accountability. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type Equivalent, type Fate, mutation, type Report, survives, type Told } from './mutation.js';

/** Tests that need neither a database nor a server. */
const TESTS = [
  'test/rules/',
  'test/kernel/',
  'test/projections/',
  'test/areas/',
  'test/accountability/',
  'test/reconcile/',
];
const FILES = [
  'projections/rules/',
  'projections/kernel/',
  'projections/attribution',
  ...['guard', 'conditions', 'outcomes', 'recusal'].map((name) => `projections/accountability/${name}`),
];
const LIST = 'test/mutation/equivalent.json';

const under = (folder: string, end: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name}`)
    .toSorted();

function table({ mutants, equivalent, surviving }: Report): string {
  const head = ['file', 'mutants', 'killed', 'by time', 'equivalent', 'surviving'];
  const shown = new Table({
    head,
    style: { head: [], border: [] },
    colAligns: ['left', ...head.slice(1).map(() => 'right' as const)],
  });
  const row = (name: string, mine: (file: string) => boolean) => {
    const fates = (...of: readonly Fate[]) =>
      mutants.filter(({ file, fate }) => mine(file) && of.includes(fate)).length;
    const among = (list: Report['surviving']) => list.filter(({ file }) => mine(file)).length;
    const all = fates('killed', 'timed-out', 'survived', 'unreached');
    shown.push([name, all, fates('killed'), fates('timed-out'), among(equivalent), among(surviving)]);
  };
  for (const file of new Set(mutants.map((mutant) => mutant.file))) row(file, (each) => each === file);
  row('all', () => true);
  return shown.toString();
}

const { values } = parseArgs({
  options: {
    file: { type: 'string', multiple: true, default: FILES },
    test: { type: 'string', multiple: true, default: TESTS },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    quick: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const beginsWith = (beginnings: readonly string[]) => (path: string) =>
  beginnings.some((beginning) => path.startsWith(beginning));
const files = under('projections', '.ts').filter(beginsWith(values.file));
const known = (JSON.parse(readFileSync(LIST, 'utf8')) as Equivalent[]).filter(({ file }) => files.includes(file));
const begun = performance.now();
const seconds = () => Math.round((performance.now() - begun) / 1000);
const print = ({ file, line, from, to, fate, in: name }: Told) =>
  console.log(`${file}:${line} ${fate} in ${name}\n  - ${from}\n  + ${to}`);
let shown = 0;
const report = await mutation({
  files,
  tests: under('test', '.test.ts').filter(beginsWith(values.test)),
  equivalents: known,
  workers: Number(values.workers),
  quick: values.quick,
  progress: (told, listed, done, of) => {
    if (survives(told) && !listed) print(told);
    const percent = Math.floor((100 * done) / of);
    if (percent < shown + 5 && done < of) return;
    shown = percent;
    console.log(`${String(percent).padStart(3)} %  ${done} of ${of}, ${seconds()} s`);
  },
});

console.log(table(report));
report.surviving.forEach(print);
for (const { file, in: name, from, to } of report.stale)
  console.log(`${LIST}: nothing survives for ${file} ${name}\n  - ${from}\n  + ${to}`);
if (values.verbose)
  for (const { file, line, from, to, fate, by } of report.mutants)
    console.log(`${fate} ${file}:${line} ${from} => ${to} (${by ?? ''})`);
const count = (fate: Fate) => report.mutants.filter((mutant) => mutant.fate === fate).length;
console.log(
  `mutants: ${report.mutants.length}, killed ${count('killed')}, by time ${count('timed-out')}, equivalent ${report.equivalent.length}, surviving ${report.surviving.length}, list out of date ${report.stale.length}, ${report.tests} tests, ${seconds()} s`,
);
process.exitCode = report.surviving.length + report.stale.length > 0 ? 1 : 0;
