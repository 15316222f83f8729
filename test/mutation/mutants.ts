/** Changes of conditions in a source file, all of them compiled in at once, each behind a switch (mutant schemata). */
import ts from 'typescript-api';

/**
 * The operators. Every change is of one expression, and is written out as the text that takes its place.
 *
 * - comparison: `<` as `<=` and `>=`, `===` as `!==`, and so on; a number compared, added or subtracted by one more and less
 * - connective: `&&` and `||` swapped; of `&&`, `||` and `??` each side alone; `??=` as `=`
 * - negation: `!` dropped
 * - condition: of `if`, `?:`, loops and predicates, and whatever else is true or false by its form: forced to both
 * - literal: `true` as `false` and reversed; the value of a parameter by one more and less
 * - clause: a `case`, an entry of a rule's `again` and a member of a list of names left out
 */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** The name of the function or constant that it is in. */
  readonly in: string;
  readonly from: string;
  readonly to: string;
  /** The number of the first mutant of the same expression, which stands for the place in the code. */
  readonly site: number;
}
export interface Mutated {
  /** With all mutants; number n is on while `globalThis.mutation.on(n, n + 1)` says so. */
  readonly text: string;
  readonly mutants: readonly Mutant[];
}

const K = ts.SyntaxKind;
const COMPARISONS = new Map<ts.SyntaxKind, readonly string[]>([
  [K.LessThanToken, ['<=', '>=']],
  [K.LessThanEqualsToken, ['<', '>']],
  [K.GreaterThanToken, ['>=', '<=']],
  [K.GreaterThanEqualsToken, ['>', '<']],
  [K.EqualsEqualsEqualsToken, ['!==']],
  [K.ExclamationEqualsEqualsToken, ['===']],
  [K.EqualsEqualsToken, ['!=']],
  [K.ExclamationEqualsToken, ['==']],
]);
const CONNECTIVES = new Map<ts.SyntaxKind, string>([
  [K.AmpersandAmpersandToken, '||'],
  [K.BarBarToken, '&&'],
]);
const PREDICATES = new Set(['filter', 'find', 'findLast', 'findIndex', 'findLastIndex', 'some', 'every']);
/** `some` and `every` are forced by their predicates. */
const TELLING = new Set(['some', 'every', 'includes', 'has', 'startsWith', 'endsWith', 'test']);

const isBinary = (node: ts.Node | undefined): node is ts.BinaryExpression => !!node && ts.isBinaryExpression(node);
const bare = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) ? bare(node.expression) : node;
const isConnective = (node: ts.Node | undefined) => isBinary(node) && CONNECTIVES.has(node.operatorToken.kind);
const isNot = (node: ts.Node | undefined): node is ts.PrefixUnaryExpression =>
  !!node && ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken;
const calledName = (call: ts.CallExpression) =>
  ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : '';

/** True or false by its form. */
function tells(expression: ts.Expression): boolean {
  const node = bare(expression);
  if (isBinary(node) && isConnective(node)) return tells(node.left) && tells(node.right);
  if (isBinary(node)) return COMPARISONS.has(node.operatorToken.kind);
  return isNot(node) || (ts.isCallExpression(node) && TELLING.has(calledName(node)));
}
/** What a predicate says: its body, or what it returns. */
function answers(predicate: ts.Node | undefined): readonly ts.Expression[] {
  if (!predicate || !(ts.isArrowFunction(predicate) || ts.isFunctionExpression(predicate))) return [];
  if (!ts.isBlock(predicate.body)) return [predicate.body];
  const found: ts.Expression[] = [];
  const look = (node: ts.Node) => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    if (!ts.isFunctionLike(node)) node.forEachChild(look);
  };
  look(predicate.body);
  return found;
}
/** What is asked here: it is forced to both answers. */
function asked(node: ts.Node): readonly ts.Expression[] {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return [node.expression];
  if (ts.isConditionalExpression(node)) return [node.condition];
  if (ts.isForStatement(node)) return node.condition ? [node.condition] : [];
  if (ts.isCallExpression(node)) return PREDICATES.has(calledName(node)) ? answers(node.arguments[0]) : [];
  // A side of a connective and what is negated are forced by the changes of the whole.
  let outer = node.parent;
  while (outer && ts.isParenthesizedExpression(outer)) outer = outer.parent;
  return ts.isExpression(node) &&
    tells(node) &&
    !ts.isParenthesizedExpression(node) &&
    !isConnective(outer) &&
    !isNot(outer)
    ? [node]
    : [];
}

const numberOf = (node: ts.Expression) => (ts.isNumericLiteral(node) ? Number(node.text.replaceAll('_', '')) : null);
const isAdding = (kind: ts.SyntaxKind) => kind === K.PlusToken || kind === K.MinusToken;
const nameOf = (name: ts.PropertyName | undefined) => (name && ts.isIdentifier(name) ? name.text : '');

const isExported = (node: ts.Node): boolean =>
  ts.isVariableStatement(node) ? (node.modifiers ?? []).some(({ kind }) => kind === K.ExportKeyword) : false;
/** A list of names that something is looked up in; one that is exported as it is lists the members of a type. */
const isListOfNames = (node: ts.Node): node is ts.ArrayLiteralExpression =>
  ts.isArrayLiteralExpression(node) &&
  node.elements.length > 1 &&
  node.elements.every(ts.isStringLiteral) &&
  !ts.isPropertyAssignment(node.parent) &&
  !(ts.isAsExpression(node.parent) && isExported(node.parent.parent.parent.parent));
const without = (node: ts.Node, members: readonly ts.Node[], [open, close]: readonly [string, string]) =>
  members.map((left) => [
    node,
    open + members.flatMap((each) => (each === left ? [] : [each.getText()])).join(', ') + close,
  ]) as [ts.Node, string][];

/** The changes that begin at a node: each an expression, and what takes its place. */
function changes(node: ts.Node): readonly (readonly [ts.Node, string])[] {
  const found: (readonly [ts.Node, string])[] = [];
  for (const each of asked(node)) {
    const now = bare(each).kind;
    if (now !== K.TrueKeyword) found.push([each, 'true']);
    if (now !== K.FalseKeyword) found.push([each, 'false']);
  }
  if (isBinary(node)) {
    const [left, right, kind] = [node.left.getText(), node.right.getText(), node.operatorToken.kind];
    for (const other of COMPARISONS.get(kind) ?? []) found.push([node, `${left} ${other} ${right}`]);
    const swapped = CONNECTIVES.get(kind);
    if (swapped) found.push([node, `(${left}) ${swapped} (${right})`]);
    if (swapped || kind === K.QuestionQuestionToken) found.push([node, left], [node, right]);
    if (kind === K.QuestionQuestionEqualsToken) found.push([node, `${left} = ${right}`]);
    if (COMPARISONS.has(kind) || isAdding(kind))
      for (const side of [node.left, node.right]) {
        const n = numberOf(side);
        if (n !== null) found.push([side, String(n + 1)], [side, `(${n - 1})`]);
      }
  }
  if (isNot(node)) found.push([node, node.operand.getText()]);
  if ((node.kind === K.TrueKeyword || node.kind === K.FalseKeyword) && !ts.isLiteralTypeNode(node.parent))
    found.push([node, node.kind === K.TrueKeyword ? 'false' : 'true']);
  if (ts.isPropertyAssignment(node) && nameOf(node.name) === 'value') {
    const n = numberOf(node.initializer);
    if (n !== null) found.push([node.initializer, String(n + 1)], [node.initializer, `(${n - 1})`]);
  }
  if (ts.isCaseClause(node)) found.push([node.expression, 'NaN']);
  if (isListOfNames(node)) found.push(...without(node, node.elements, ['[', ']']));
  if (ts.isPropertyAssignment(node) && nameOf(node.name) === 'again' && ts.isObjectLiteralExpression(node.initializer))
    found.push(...without(node.initializer, node.initializer.properties, ['{ ', ' }']));
  return found;
}

function within(node: ts.Node): string {
  for (let at = node.parent; at; at = at.parent)
    if (ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at) || ts.isVariableDeclaration(at))
      if (at.name && ts.isIdentifier(at.name)) return at.name.text;
  return '';
}
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

/** All mutants of a file, numbered from `first` on. */
export function mutate(file: string, source: string, first = 0): Mutated {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true);
  const sites = new Map<ts.Node, Set<string>>();
  const look = (node: ts.Node) => {
    if (ts.isTypeNode(node)) return;
    for (const [at, to] of changes(node)) sites.set(at, (sites.get(at) ?? new Set()).add(to));
    node.forEachChild(look);
  };
  look(tree);
  const mutants: Mutant[] = [];
  const render = (node: ts.Node): string => {
    const own = [...(sites.get(node) ?? [])];
    const low = first + mutants.length;
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    const from = oneLine(node.getText());
    mutants.push(...own.map((to) => ({ file, line, in: within(node), from, to: oneLine(to), site: low })));
    let text = '';
    let at = node.getStart();
    node.forEachChild((child) => {
      if (child.getStart() < at) return; // what a shorthand names twice
      text += source.slice(at, child.getStart()) + render(child);
      at = child.end;
    });
    text += source.slice(at, node.end);
    if (own.length === 0) return text;
    const choices = own.map((to, n) => `mutation.on(${low + n}, ${low + n + 1}) ? (${to}) : `).join('');
    return `(mutation.on(${low}, ${low + own.length}) ? ${choices}undefined : (${text}))`;
  };
  return { text: render(tree), mutants };
}
