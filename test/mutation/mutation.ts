/** Changes every condition of some files, one at a time, and tells which changes no test notices. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mutate, type Mutant } from './mutants.js';
import type { Orders, Outcome, Ran, Ready, Task } from './worker.js';

/** As a worker says it of a test that went round and round, or waited for nothing. */
const ENDLESS = new Set<string | null>(['too many steps', 'took too long']);

/** A change that no test can notice, and why. `in`: the name of the function or constant that it is in. */
export type Equivalent = Readonly<{ file: string; in: string; from: string; to: string; why: string }>;
export interface Plan {
  /** Paths of files to change, and of files of tests. */
  readonly files: readonly string[];
  readonly tests: readonly string[];
  readonly equivalents: readonly Equivalent[];
  readonly workers?: number;
  /** Believes what survives in a process that has seen other mutants before: some of it may be killed after all. */
  readonly quick?: boolean;
  /** Told of each mutant, with how many have been tried of how many. `listed`: as equivalent. */
  readonly progress?: (told: Told, listed: boolean, done: number, of: number) => void;
}
export type Fate = 'killed' | 'timed-out' | 'survived' | 'unreached';
export type Told = Mutant & { readonly fate: Fate; readonly by: string | null };
export interface Report {
  readonly mutants: readonly Told[];
  /** Neither killed nor listed. */
  readonly surviving: readonly Told[];
  readonly equivalent: readonly Told[];
  /** Entries of the list that nothing survives for. */
  readonly stale: readonly Equivalent[];
  readonly tests: number;
}

type Answer = Outcome | 'gone';
/** A process with all tests and mutants in it; one task at a time. */
class Worker {
  private constructor(
    private readonly child: ChildProcess,
    readonly ready: Ready,
  ) {}
  static async start(orders: Orders): Promise<Worker | null> {
    const start = fileURLToPath(new URL('start.mjs', import.meta.url));
    const child = fork(start, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.send(orders);
    const ready = await answer<Ready>(child, 180_000);
    if (ready === 'gone') child.kill('SIGKILL');
    return ready === 'gone' ? null : new Worker(child, ready);
  }
  async run(task: Task, patience: number): Promise<Answer> {
    this.child.send(task);
    return answer<Outcome>(this.child, patience);
  }
  stop() {
    this.child.kill('SIGKILL');
  }
}
const answer = <T>(child: ChildProcess, patience: number): Promise<T | 'gone'> =>
  new Promise((done) => {
    const finish = (with_: T | 'gone') => {
      clearTimeout(timer);
      child.removeAllListeners();
      done(with_);
    };
    const timer = setTimeout(() => finish('gone'), patience);
    child.once('message', (message) => finish(message as T)).once('exit', () => finish('gone'));
  });

const same = (a: Equivalent, b: Mutant) => a.file === b.file && a.in === b.in && a.from === b.from && a.to === b.to;

interface Run {
  readonly orders: Orders;
  readonly mutants: readonly Mutant[];
  readonly baseline: readonly Ran[];
  /** Sites that each test passes. */
  readonly covered: readonly ReadonlySet<number>[];
  /** Sites that are passed while the files of the project load, and while that of each test does. */
  readonly loaded: ReadonlySet<number>;
  readonly began: readonly ReadonlySet<number>[];
  /** How often a test has killed a mutant of a file. */
  readonly kills: Map<string, number>;
}
const killsOf = ({ kills }: Run, test: number, file: string) => kills.get(`${test} ${file}`) ?? 0;

/** Of some tests the likeliest first: those that have killed, those that come by the file, those that are soon over. */
function likeliest(run: Run, { file }: Mutant, some: (test: number) => boolean): readonly number[] {
  const near = (test: number) => ([...run.covered[test]!].some((site) => run.mutants[site]!.file === file) ? 0 : 1);
  return [...run.baseline.keys()]
    .filter(some)
    .map((test) => ({ test, kills: killsOf(run, test, file), near: near(test), millis: run.baseline[test]!.millis }))
    .toSorted((a, b) => b.kills - a.kills || a.near - b.near || a.millis - b.millis)
    .map(({ test }) => test);
}
const taskOf = ({ baseline }: Run, mutant: number, tests: readonly number[]): [Task, number] => [
  { mutant, tests, steps: tests.map((test) => baseline[test]!.steps * 10 + 10_000) },
  60_000 + 5 * tests.reduce((sum, test) => sum + baseline[test]!.millis, 0),
];

/** How often a process loads everything anew before it gives way to another: what was loaded before stays in its memory. */
const LOADS = 60;
/** One process after the other, each as long as nothing has spoiled it. */
class Lane {
  private worker: Worker | null = null;
  private loads = 0;
  constructor(private readonly run: Run) {}

  async fateOf(n: number, believed: boolean): Promise<Told> {
    const mutant = this.run.mutants[n]!;
    const { covered, loaded, began } = this.run;
    const passing = likeliest(this.run, mutant, (test) => covered[test]!.has(mutant.site));
    // What acts while the project loads can show in any test; while a file of tests does, in all of that file.
    const loading = (test: number) => loaded.has(mutant.site) || began[test]!.has(mutant.site);
    const all = likeliest(this.run, mutant, (test) => covered[test]!.has(mutant.site) || loading(test));
    if (all.length === 0) return { ...mutant, fate: 'unreached', by: null };
    const first = passing.length === 0 ? null : await this.try(n, passing, false);
    // What survives, or fell to what another one had left behind, is tried again with everything loaded anew.
    const survived = first !== 'gone' && first?.failed === null && !(believed && all.length === passing.length);
    const doubtful = first === null || (first !== 'gone' && first.spoiled) || survived;
    const [tests, outcome] = doubtful ? [all, await this.try(n, all, true)] : [passing, first];
    if (outcome === 'gone') return { ...mutant, fate: 'timed-out', by: null };
    if (outcome.failed === null) return { ...mutant, fate: 'survived', by: null };
    const test = tests[outcome.failed]!;
    this.run.kills.set(`${test} ${mutant.file}`, killsOf(this.run, test, mutant.file) + 1);
    const { name, error } = outcome.ran.at(-1)!;
    const fate = ENDLESS.has(error) ? 'timed-out' : 'killed';
    return { ...mutant, fate, by: `${name}: ${error}` };
  }
  private async try(n: number, tests: readonly number[], anew: boolean): Promise<Answer> {
    this.worker ??= await Worker.start(this.run.orders);
    if (!this.worker) throw new Error('the tests could not be loaded');
    const [task, patience] = taskOf(this.run, n, tests);
    const outcome = await this.worker.run({ ...task, anew }, patience);
    if (anew) this.loads++;
    const spent = outcome === 'gone' || outcome.ran.at(-1)?.error === 'took too long' || this.loads >= LOADS;
    if (spent || (!anew && outcome.spoiled)) this.stop();
    return outcome;
  }
  stop() {
    this.worker?.stop();
    this.worker = null;
    this.loads = 0;
  }
}

async function prepare({ files, tests }: Plan): Promise<Run> {
  const mutants: Mutant[] = [];
  const mutated: Record<string, string> = {};
  for (const file of files) {
    const found = mutate(file, readFileSync(file, 'utf8'), mutants.length);
    mutants.push(...found.mutants);
    mutated[pathToFileURL(resolve(file)).href] = found.text;
  }
  const urls = tests.map((test) => pathToFileURL(resolve(test)).href);
  const orders = { mutated, mutants: mutants.length, tests: urls };
  const worker = await Worker.start(orders);
  if (!worker) throw new Error('the tests could not be loaded');
  const { names, counts, loaded, began } = worker.ready;
  const all = [...names.keys()];
  const outcome = await worker.run({ mutant: -1, tests: all, cover: true, steps: [] }, 600_000);
  worker.stop();
  if (outcome === 'gone') throw new Error('the tests did not come to an end');
  const bad = outcome.ran.filter(({ error }) => error !== null);
  if (bad.length > 0)
    throw new Error(`tests fail before anything is changed:\n${bad.map((x) => `${x.name}: ${x.error}`).join('\n')}`);
  return {
    orders: { ...orders, counts },
    mutants,
    baseline: outcome.ran,
    covered: outcome.ran.map(({ covered }) => new Set(covered)),
    loaded: new Set(loaded),
    began: counts.flatMap((length, file) => {
      const passed = new Set(began[file]);
      return Array.from({ length }, () => passed);
    }),
    kills: new Map(),
  };
}

export async function mutation(plan: Plan): Promise<Report> {
  const { equivalents, workers = 1, quick = false, progress } = plan;
  const listed = (mutant: Mutant) => equivalents.some((each) => same(each, mutant));
  const run = await prepare(plan);
  const told: Told[] = [];
  const left = [...run.mutants.keys()];
  const work = async () => {
    const lane = new Lane(run);
    for (let n = left.shift(); n !== undefined; n = left.shift()) {
      const known = listed(run.mutants[n]!);
      const one = await lane.fateOf(n, quick || known);
      told.push(one);
      progress?.(one, known, told.length, run.mutants.length);
    }
    lane.stop();
  };
  await Promise.all(Array.from({ length: workers }, work));
  const alive = told.filter(survives);
  return {
    mutants: told,
    surviving: alive.filter((mutant) => !listed(mutant)),
    equivalent: alive.filter(listed),
    // One that is only slower may run out of its time, which is no test that noticed.
    stale: equivalents.filter((each) => !told.some((mutant) => mutant.fate !== 'killed' && same(each, mutant))),
    tests: run.baseline.length,
  };
}
export const survives = ({ fate }: Told) => fate === 'survived' || fate === 'unreached';
