/** Rules of style that can be tested, each shown to fail on a planted violation. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript-api';

interface Source {
  readonly path: string;
  readonly text: string;
}
type Check = (source: Source) => readonly string[];

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => /\.(ts|mjs)$/.test(path));
const sources: Source[] = tracked.flatMap((path) => {
  try {
    return [{ path, text: readFileSync(path, 'utf8') }];
  } catch {
    return []; // deleted, and not committed yet
  }
});

const ROLES = 'dto|controller|policy|guard|filter|store|module|contract|test|interceptor|pipe';
const isPure = (path: string) =>
  ['projections/', 'src/kernel/'].some((folder) => path.startsWith(folder)) ||
  (path.startsWith('src/areas/') && !new RegExp(`\\.(${ROLES})\\.ts$`).test(path) && path !== 'src/areas/index.ts');

/** Who may import what. First match wins; `$1` is the area. A path that is not listed may import anything. */
const BOUNDARIES: readonly [from: RegExp, may: readonly string[]][] = [
  [/^projections\//, ['^projections/']],
  [/^src\/kernel\//, ['^src/kernel/', '^projections/']],
  [/^src\/areas\/index\.ts$/, ['.']],
  [
    /^src\/areas\/([^/]+)\/[^/]+\.(?:dto|controller)\.ts$/,
    ['^src/areas/$1/', '^src/(kernel|ledger|read|http|identity)/', '^projections/', '^@'],
  ],
  [/^src\/areas\/([^/]+)\//, ['^src/areas/$1/', '^src/kernel/', '^projections/']],
  [/^src\/ledger\//, ['^src/(ledger|kernel)/', '^projections/', '^src/read/', '^@']],
];
const IMPORT = /(?<!['"])(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

const boundaries: Check = ({ path, text }) => {
  const rule = BOUNDARIES.find(([from]) => from.test(path));
  if (!rule) return [];
  const area = rule[0].exec(path)![1] ?? '';
  const may = rule[1].map((pattern) => new RegExp(pattern.replace('$1', area)));
  return [...text.matchAll(IMPORT)]
    .map(([, spec]) =>
      spec!.startsWith('.') ? relative('.', resolve(dirname(path), spec!)).replace(/\.js$/, '.ts') : `@${spec!}`,
    )
    .filter((target) => !may.some((pattern) => pattern.test(target)))
    .map((target) => `imports ${target.replace(/^@/, '')}`);
};

const tree = ({ path, text }: Source) => ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
function visit(node: ts.Node, each: (node: ts.Node) => void) {
  each(node);
  node.forEachChild((child) => visit(child, each));
}

const IMPURE = new Set([
  'Date',
  'Intl',
  'performance',
  'process',
  'crypto',
  'setTimeout',
  'fetch',
  'globalThis',
  'localeCompare',
  'randomUUID',
  'toLocaleString',
  'toLocaleUpperCase',
  'toLocaleLowerCase',
  'toLocaleDateString',
]);
/** Pure code reads no clock, dice, locale, environment or network. Names in types and comments do not count. */
const purity: Check = (source) => {
  if (!isPure(source.path)) return [];
  const found: string[] = [];
  visit(tree(source), (node) => {
    if (
      ts.isIdentifier(node) &&
      IMPURE.has(node.text) &&
      !ts.isPropertyAssignment(node.parent) &&
      !ts.isTypeNode(node.parent)
    )
      found.push(`uses ${node.text}`);
    if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') found.push('throws dice');
  });
  return found;
};

const shortFiles: Check = ({ text }) => {
  const lines = text.split('\n').length - 1;
  return lines > 400 ? [`${lines} lines`] : [];
};
/** A function that holds a table of tests or a literal of commands is as long as what it lists. */
const shortFunctions: Check = (source) => {
  if (source.path.startsWith('test/')) return [];
  const file = tree(source);
  const found: string[] = [];
  visit(file, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return;
    const line = (at: number) => file.getLineAndCharacterOfPosition(at).line;
    const lines = line(node.end) - line(node.getStart()) + 1;
    if (lines > 70) found.push(`${node.name?.getText() ?? 'a function'} has ${lines} lines`);
  });
  return found;
};
const noLeftovers: Check = ({ path, text }) => {
  const marks = path === 'test/tidy.test.ts' ? [] : (text.match(/\b(FIXME|TODO|XXX)\b/g) ?? []);
  const only = /\b(it|test|describe)\.only\(/.test(text) && path !== 'test/tidy.test.ts' ? ['runs only one test'] : [];
  return [...marks.map((mark) => `has a ${mark}`), ...only];
};
/** No base classes but errors and Nest's own. */
const noBaseClasses: Check = (source) => {
  const found: string[] = [];
  visit(tree(source), (node) => {
    if (
      !ts.isHeritageClause(node) ||
      node.token !== ts.SyntaxKind.ExtendsKeyword ||
      !ts.isClassDeclaration(node.parent)
    )
      return;
    const name = node.types[0]!.expression.getText();
    if (!/^(Error|HttpException|Command|Query|Transform|Writable|Readable|Advice|Problem)$/.test(name))
      found.push(`extends ${name}`);
  });
  return found;
};

const offences = (check: Check, of = sources) =>
  of.flatMap((source) => check(source).map((what) => `${source.path} ${what}`));
const plant = (check: Check, path: string, text: string) => offences(check, [{ path, text }]);

describe('imports stay inside their boundaries', () => {
  test('now', () => expect(offences(boundaries)).toEqual([]));
  test.each([
    ['projections/x.ts', `import a from '../src/kernel/decider.js'`],
    ['projections/x.ts', `import a from 'rxjs'`],
    ['projections/kernel/x.ts', `import { readFile } from 'node:fs'`],
    ['src/kernel/x.ts', `import a from '../ledger/vault.js'`],
    ['src/areas/matters/m.ts', `import { x } from '../money/fee.js'`],
    ['src/areas/matters/m.ts', `import { Injectable } from '@nestjs/common'`],
    ['src/areas/matters/m.controller.ts', `import { x } from '../money/fee.js'`],
  ])('%s may not: %s', (path, text) => expect(plant(boundaries, path, text)).toHaveLength(1));
});

describe('pure code reads no clock, dice, locale or environment', () => {
  test('now', () => expect(offences(purity)).toEqual([]));
  test.each([
    'const a = Date.now()',
    'new Date()',
    'Math.random()',
    'process.env.X',
    "'a'.localeCompare('b')",
    'fetch("x")',
  ])('planted: %s', (text) => expect(plant(purity, 'projections/x.ts', text).length).toBeGreaterThan(0));
  test('the shell may', () => expect(plant(purity, 'src/ledger/clock.ts', 'Date.now()')).toEqual([]));
});

describe('files and functions stay readable', () => {
  test('files of at most 400 lines', () => expect(offences(shortFiles)).toEqual([]));
  test('functions of at most 70 lines', () => expect(offences(shortFunctions)).toEqual([]));
  test('planted', () => {
    expect(plant(shortFiles, 'src/x.ts', '\n'.repeat(401))).toHaveLength(1);
    expect(plant(shortFunctions, 'src/x.ts', `function f() {${'\n'.repeat(71)}}`)).toEqual(['src/x.ts f has 72 lines']);
  });
});

describe('nothing is left over', () => {
  test('now', () => expect(offences(noLeftovers)).toEqual([]));
  test('planted', () => expect(plant(noLeftovers, 'src/x.ts', `// ${'TO'}DO: later\ntest.only('x')`)).toHaveLength(2));
});

describe('no base classes', () => {
  test('now', () => expect(offences(noBaseClasses)).toEqual([]));
  test('planted', () =>
    expect(plant(noBaseClasses, 'src/x.ts', 'class A extends B {}')).toEqual(['src/x.ts extends B']));
});

test('no two classes of bodies have one name: the interface describes each by its own', () => {
  const names = (all: readonly Source[]) =>
    all.flatMap(({ text }) => [...text.matchAll(/export class (\w+Body)\b/g)].map(([, name]) => name!));
  const twice = (all: readonly string[]) => all.filter((name, n) => all.indexOf(name) !== n);
  const known = names(sources.filter(({ path }) => path.startsWith('src/')));
  expect([known.length > 100, twice(known)]).toEqual([true, []]);
  expect(twice([...known, known[0]!])).toEqual([known[0]]);
});
