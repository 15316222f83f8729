/** A warm process that holds all tests and all mutants, and runs the one for the other. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, getState, it, resetState, test } from 'jest-circus';
import { expect } from 'expect';
import fc from 'fast-check';

/** What a worker is told before it loads anything. */
export interface Orders {
  /** Text by file URL. */
  readonly mutated: Readonly<Record<string, string>>;
  readonly mutants: number;
  /** URLs of files of tests. */
  readonly tests: readonly string[];
  /** How many tests each of them has, where that is known: it is loaded only when one of them is asked for. */
  readonly counts?: readonly number[];
}
/** Run these tests, until one fails. */
export interface Task {
  /** -1: none. */
  readonly mutant: number;
  /** Numbers of tests, by the order in which a worker named them. */
  readonly tests: readonly number[];
  /** How many switches each of them may pass. */
  readonly steps: readonly number[];
  /** Run all, and say what each has come by. */
  readonly cover?: boolean;
  /** Load everything anew with the mutant on, so that nothing is left of those before. */
  readonly anew?: boolean;
}
export interface Ran {
  readonly name: string;
  readonly millis: number;
  readonly steps: number;
  readonly covered: readonly number[];
  readonly error: string | null;
}
export interface Outcome {
  readonly ran: readonly Ran[];
  /** Place in the task of the test that failed; null if none did. */
  readonly failed: number | null;
  /** The same test fails with all mutants off: what was left behind spoils this process. */
  readonly spoiled: boolean;
}
export interface Ready {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  /** What is passed while the files of the project load, and then by each file of tests itself. */
  readonly loaded: readonly number[];
  readonly began: readonly (readonly number[])[];
}

/** What is said of a test that went round and round, or waited. */
const TOO_MANY = 'too many steps';
const TOO_LONG = 'took too long';
/** As long as a test may take that only waits. */
const PATIENCE = 20_000;

const state = {
  active: -1,
  steps: 0,
  limit: Infinity,
  seen: null as Uint8Array | null,
  own: null as Uint8Array | null,
};
const mutation = {
  /** A file of tests begins: what it imports has been loaded. */
  begin(): void {
    if (state.own) state.seen = state.own;
  },
  on(low: number, high: number): boolean {
    if (++state.steps > state.limit) throw new Error(TOO_MANY);
    if (state.seen) state.seen[low] = 1;
    return state.active >= low && state.active < high;
  },
};
const seenOf = (seen: Uint8Array) => [...seen.keys()].filter((n) => seen[n] === 1);

type Block = ReturnType<typeof getState>['rootDescribeBlock'];
type Test = Extract<Block['children'][number], { type: 'test' }>;

/** Tests in order, but for those that are skipped. */
function testsIn(block: Block): readonly Test[] {
  if (block.mode === 'skip') return [];
  return block.children.flatMap((child) => {
    if (child.type === 'describeBlock') return testsIn(child);
    return child.mode === 'skip' || child.mode === 'todo' ? [] : [child];
  });
}
const pathOf = (block: Block): readonly Block[] => (block.parent ? [...pathOf(block.parent), block] : [block]);
const nameOf = (one: Test) =>
  [...pathOf(one.parent), one]
    .slice(1)
    .map(({ name }) => name)
    .join(' › ');

async function play(one: Test): Promise<void> {
  const blocks = pathOf(one.parent);
  const hooks = (type: string, of: readonly Block[]) =>
    of.flatMap((block) => block.hooks.filter((hook) => hook.type === type));
  const call = async (fn: unknown) => (fn as () => unknown)();
  try {
    for (const { fn } of hooks('beforeEach', blocks)) await call(fn);
    await call(one.fn);
  } finally {
    for (const { fn } of hooks('afterEach', blocks.toReversed())) await call(fn);
  }
}
async function within(one: Test, steps: number): Promise<string | null> {
  Object.assign(state, { steps: 0, limit: steps });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done(TOO_LONG), PATIENCE);
  });
  try {
    const said = await Promise.race([play(one), late]);
    return state.steps > steps ? TOO_MANY : (said ?? null);
  } catch (e) {
    if (state.steps > steps) return TOO_MANY;
    return e instanceof Error ? `${e.name}: ${e.message.split('\n')[0]}` : String(e);
  } finally {
    clearTimeout(timer);
  }
}

/** Tests of a file; each file has its own hooks. */
async function load(file: string): Promise<readonly Test[]> {
  resetState();
  await import(file);
  const tests = testsIn(getState().rootDescribeBlock);
  const shared = tests.flatMap(({ parent }) => pathOf(parent)).flatMap(({ hooks }) => hooks);
  if (shared.some(({ type }) => type === 'beforeAll' || type === 'afterAll'))
    throw new Error('tests that share a preparation cannot be run one by one');
  return tests;
}
/** A test by its number: file by file, loaded when first asked for. */
type Find = (test: number) => Promise<Test>;

type Loaded = Map<string, readonly Test[]>;
function finder(counts: readonly number[], files: readonly string[], query = '', known: Loaded = new Map()): Find {
  return async (test) => {
    let [at, file] = [test, 0];
    while (at >= counts[file]!) at -= counts[file++]!;
    const url = files[file]! + query;
    if (!known.has(url)) known.set(url, await load(url));
    return known.get(url)![at]!;
  };
}

async function run(find: Find, mutants: number, { mutant, tests, cover, anew, steps }: Task): Promise<Outcome> {
  const ran: Ran[] = [];
  for (const [n, index] of tests.entries()) {
    Object.assign(state, { active: anew ? mutant : -1, seen: null, limit: Infinity });
    const begun = performance.now();
    let one: Test | null = null;
    let error: string | null;
    try {
      one = await find(index);
      Object.assign(state, { active: mutant, seen: cover ? new Uint8Array(mutants + 1) : null });
      error = await within(one, steps[n] ?? Infinity);
    } catch (e) {
      error = `does not load: ${String(e)}`;
    }
    const covered = state.seen ? seenOf(state.seen) : [];
    ran.push({ name: one ? nameOf(one) : '', millis: performance.now() - begun, steps: state.steps, covered, error });
    if (error === null || cover) continue;
    Object.assign(state, { active: -1 });
    return { ran, failed: n, spoiled: one !== null && (await within(one, Infinity)) !== null };
  }
  return { ran, failed: null, spoiled: false };
}

/** Loads all files of tests, and tells apart what loads with them from what they do themselves. */
async function loadAll(files: readonly string[], mutants: number, known: Loaded): Promise<Ready> {
  const loaded = new Uint8Array(mutants + 1);
  const began: (readonly number[])[] = [];
  for (const file of files) {
    const own = new Uint8Array(mutants + 1);
    Object.assign(state, { seen: loaded, own });
    known.set(file, await load(file));
    began.push(seenOf(own));
  }
  Object.assign(state, { seen: null, own: null });
  const all = [...known.values()];
  return { names: all.flat().map(nameOf), counts: all.map(({ length }) => length), loaded: seenOf(loaded), began };
}

export async function work({ mutants, tests, counts }: Orders): Promise<void> {
  Object.assign(globalThis, { mutation, afterAll, afterEach, beforeAll, beforeEach, describe, it, test, expect });
  process.on('unhandledRejection', () => undefined); // what a test that failed had left running
  process.on('disconnect', () => process.exit());
  fc.configureGlobal({ seed: 1 });
  const known: Loaded = new Map();
  const ready = counts ? { names: [], counts, loaded: [], began: [] } : await loadAll(tests, mutants, known);
  const warm = finder(ready.counts, tests, '', known);
  let times = 0;
  process.on('message', (task: Task) => {
    const find = task.anew ? finder(ready.counts, tests, `?${++times}`) : warm;
    void run(find, mutants, task).then((outcome) => process.send!(outcome));
  });
  process.send!(ready satisfies Ready);
}
