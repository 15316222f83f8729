/** CSV and XLSX about money, as a mapping says: bank statements, deposits, treasury credits, a unit's books. */
import { readFile } from 'node:fs/promises';
import { DEBIT_KINDS, type DebitKind, type Level, LEVELS } from '../../projections/events/money.js';
import { openBytes, peek } from './bytes.js';
import { readRows, type Row } from './csv.js';
import type { Foreign } from './import.js';
import { type Misfit, parseYaml, type ValueSpec } from './mapping.js';
import {
  type Among,
  type Check,
  type Covered,
  type MoneyRow,
  noTotals,
  ofAccount,
  rejectedRow,
  reported,
  safeName,
  type Stated,
  statementLoaded,
  thereAnyhow,
  type Totals,
} from './money.js';
import { type Attributes, type ReasonCode, Unreadable } from './records.js';
import { isZip, readSheet, type SheetShape } from './sheet.js';
import { isZone } from './time.js';
import type { Translated } from './translate.js';
import { type Env, NotTaken, requiredTime, requiredWord, valueOf, wordOf } from './values.js';

const COLUMNS = {
  bank: { needs: ['account'], one: [['credit'], ['debit'], ['amount', 'side']] },
  deposits: { needs: ['account', 'amount', 'day'], one: [] },
  treasury: { needs: ['amount', 'level', 'subject'], one: [] },
  ledger: { needs: ['amount', 'org'], one: [] },
} as const;
export interface TableMapping {
  readonly table: 1;
  readonly source: string;
  readonly kind: keyof typeof COLUMNS;
  readonly zone?: string;
  readonly file?: SheetShape;
  readonly columns: Readonly<Record<string, ValueSpec>>;
  readonly total?: Readonly<{ column: string; is: string }>;
  /** A file is all of each of these that it has rows of, on its days. */
  readonly whole?: readonly Whole[];
}
/** What of each kind's rows a file may be all of. A bank's is all of an account. */
const WHOLE = { treasury: ['org', 'feeItem', 'level', 'subject'], ledger: ['org', 'feeItem'] } as const;
type Whole = (typeof WHOLE)[keyof typeof WHOLE][number];

function* misfits({ kind, columns, zone, whole = [] }: TableMapping): Generator<Misfit> {
  const { needs, one } = COLUMNS[kind];
  for (const name of needs)
    if (!Object.hasOwn(columns, name))
      yield { path: '/columns', zh: `${kind} 需要 ${name} 列`, en: `a table of kind ${kind} needs ${name}` };
  const has = (names: readonly string[]) => names.every((name) => Object.hasOwn(columns, name));
  if (one.length > 0 && !one.some(has))
    yield {
      path: '/columns',
      zh: '需要 credit、debit，或 amount 与 side',
      en: 'needs credit, debit, or amount and side',
    };
  const may: readonly string[] = kind === 'treasury' || kind === 'ledger' ? WHOLE[kind] : [];
  for (const name of whole)
    if (!may.includes(name) || !Object.hasOwn(columns, name))
      yield {
        path: '/whole',
        zh: `${kind} 的文件不能按 ${name} 认定为完整`,
        en: `a table of kind ${kind} with these columns cannot be all of each ${name}`,
      };
  if (zone !== undefined && !isZone(zone))
    yield { path: '/zone', zh: `不是时区：${zone}`, en: `${zone} is not a zone` };
}
/** Throws MappingRefused with everything that is wrong at once. */
export const parseTable = (file: string, text: string): TableMapping => parseYaml(file, text, 'table', misfits);
export const readTable = async (file: string): Promise<TableMapping> => parseTable(file, await readFile(file, 'utf8'));

type Of = Readonly<{ columns: TableMapping['columns']; env: Env }>;
const refuse = (field: string, code: ReasonCode, detail?: string) =>
  new NotTaken({ field, code, ...(detail !== undefined && { detail }) });
const word = ({ columns, env }: Of, name: string): string | null => {
  const text = wordOf(columns[name], env)?.trim() ?? '';
  return text === '' ? null : text;
};
const needed = ({ columns, env }: Of, name: string): string => requiredWord(columns[name]!, env).trim();
/** Null where nothing stands there. What an account holds may be less than nothing. */
function signedFen({ columns, env }: Of, name: string): string | null {
  const spec = columns[name];
  if (spec === undefined) return null;
  const typed = { type: 'fen', ...(typeof spec === 'string' ? { from: spec } : spec) } as const;
  const fen = valueOf(typed, env);
  return fen === undefined ? null : String(fen);
}
/** An amount has no sign: what kind of row it is says that. */
function fenAt(of: Of, name: string): string | null {
  const text = signedFen(of, name);
  if (text?.startsWith('-')) throw refuse(name, 'signed-amount', text);
  return text;
}
function neededFen(of: Of, name: string): string {
  const fen = fenAt(of, name);
  if (fen === null) throw refuse(name, 'missing');
  return fen;
}
function oneOf<T extends string>(of: Of, name: string, values: readonly T[], otherwise?: T): T {
  const text = word(of, name);
  if (text === null && otherwise !== undefined) return otherwise;
  const found = values.find((value) => value === text);
  if (found === undefined) throw refuse(name, text === null ? 'missing' : 'no-code', text ?? undefined);
  return found;
}
const dayAt = ({ columns, env }: Of, name: string) => requiredTime(columns[name]!, env).instant.slice(0, 10);

function bankRow(of: Of): MoneyRow {
  const [account, reference] = [needed(of, 'account'), needed(of, 'reference')];
  const amount = fenAt(of, 'amount');
  const side = amount === null ? null : oneOf(of, 'side', ['credit', 'debit']);
  const nothing = (fen: string | null) => (fen === '0' ? null : fen);
  const credit = nothing(side === 'credit' ? amount : fenAt(of, 'credit'));
  const debit = nothing(side === 'debit' ? amount : fenAt(of, 'debit'));
  if ((credit === null) === (debit === null)) throw refuse('credit', 'neither-credit-nor-debit');
  const purpose = word(of, 'purpose');
  if (debit !== null) {
    const why: DebitKind = oneOf(of, 'why', DEBIT_KINDS, 'unknown');
    return { kind: 'debit', account, reference, fen: debit, why, purpose };
  }
  return {
    kind: 'credit',
    account,
    reference,
    fen: credit!,
    payCode: word(of, 'payCode'),
    remittance: word(of, 'remittance'),
    org: word(of, 'org'),
    party: { name: word(of, 'payer'), account: word(of, 'payerAccount'), number: word(of, 'payerNumber') },
  };
}
const READ: Readonly<Record<TableMapping['kind'], (of: Of) => MoneyRow>> = {
  bank: bankRow,
  deposits: (of) => ({
    kind: 'deposit',
    account: needed(of, 'account'),
    reference: needed(of, 'reference'),
    day: dayAt(of, 'day'),
    fen: neededFen(of, 'amount'),
    to: oneOf(of, 'to', ['treasury', 'finance'], 'treasury'),
  }),
  treasury: (of) => ({
    kind: 'treasury',
    reference: needed(of, 'reference'),
    deposit: word(of, 'deposit'),
    org: word(of, 'org'),
    feeItem: word(of, 'feeItem'),
    level: oneOf<Level>(of, 'level', LEVELS),
    subject: needed(of, 'subject'),
    fen: neededFen(of, 'amount'),
  }),
  ledger: (of) => ({
    kind: 'voucher',
    org: needed(of, 'org'),
    reference: needed(of, 'reference'),
    feeItem: word(of, 'feeItem'),
    side: oneOf(of, 'side', ['collected', 'returned'], 'collected'),
    fen: neededFen(of, 'amount'),
  }),
};

/** 156 is what ISO 4217 numbers CNY by. */
const CNY: ReadonlySet<string> = new Set(['CNY', '156', 'RMB', '人民币', '人民币元']);
const fenOf = (row: MoneyRow) => (row.kind === 'credit' ? BigInt(row.fen) : -BigInt(row.fen));
/** `fen` null: of a row that is not taken its balance alone is known, if that. */
type Balanced = Readonly<{ balance: bigint; fen: bigint | null; day: string | null }>;
/** What balances say: from the row that came first to the one that came last, whichever of them stands first. */
function balanced(first: Balanced | null, last: Balanced | null, sum: bigint) {
  if (!first || !last) return NO_BALANCES;
  const between = (begin: Balanced, end: Balanced) => ({
    openingFen: begin.fen === null ? null : begin.balance - begin.fen,
    closingFen: end.balance,
  });
  const [down, up] = [between(first, last), between(last, first)];
  const fits = ({ openingFen, closingFen }: typeof up) => openingFen !== null && openingFen + sum === closingFen;
  const isUp = first.day !== null && last.day !== null && first.day > last.day;
  return fits(down) || (!fits(up) && !isUp) ? down : up;
}
const ofIt = (account: string) => ({ account, among: ofAccount(account) });
/** What a table that is no bank's is all of: what its mapping names, as far as it has rows of it, on its days. */
function coverage(whole: readonly Whole[] | undefined) {
  const among = new Map<string, Among>();
  let [from, to] = ['', ''];
  return {
    see(row: MoneyRow, day: string) {
      if (!whole || (row.kind !== 'treasury' && row.kind !== 'voucher')) return;
      const { org, feeItem } = row;
      const of = row.kind === 'treasury' ? { org, feeItem, level: row.level, subject: row.subject } : { org, feeItem };
      const where = Object.fromEntries(
        whole.map((name) => [name, (of as Partial<Record<Whole, string | null>>)[name]!]),
      );
      among.set(JSON.stringify(where), { category: row.kind === 'treasury' ? 'credit' : 'voucher', where });
      [from, to] = [from === '' || day < from ? day : from, day > to ? day : to];
    },
    said: (names: ReadonlySet<string>): Covered | undefined =>
      among.size === 0
        ? undefined
        : { account: null, among: [...among.values()], from, to, stated: true, ...NO_BALANCES, names },
  };
}
/** What an account's rows come to, of a bank's table that may hold several accounts. */
function accountBook(check?: Check) {
  const totals = noTotals(check);
  let [first, last] = [null as Balanced | null, null as Balanced | null];
  let [from, to] = [null as string | null, null as string | null];
  const lines: number[] = [];
  return {
    totals,
    /** Of every row that can be read, also of one that is not taken. */
    see(line: number, balance: string | null, fen: bigint | null, day: string | null) {
      lines[lines.length === 0 ? 0 : 1] = line;
      if (day !== null) [from, to] = [from !== null && from < day ? from : day, to !== null && to > day ? to : day];
      last = balance === null ? null : { balance: BigInt(balance), fen, day };
      if (totals.rows === 1) first = last;
    },
    /** `broken`: lines that cannot be read; where one is the first or the last, nobody knows from what to what it goes. */
    said(account: string, broken: readonly number[]) {
      const outside = broken.some((line) => line < lines[0]! || line > lines.at(-1)!);
      const opened = outside ? NO_BALANCES : balanced(first, last, totals.creditsFen - totals.debitsFen);
      const text = (fen: bigint | null) => fen?.toString() ?? null;
      const balances = { openingFen: text(opened.openingFen), closingFen: text(opened.closingFen) };
      const known = { stated: false, ...balances, names: totals.names };
      return {
        stated: { account, from, to, ...opened },
        ...(from !== null && to !== null && { covers: { ...ofIt(safeName(account)), from, to, ...known } }),
      };
    },
  };
}

/** Columns that the file has to have: all that the mapping names. */
function named({ columns, total }: TableMapping): readonly string[] {
  const all = Object.values(columns).map((spec) => (typeof spec === 'string' ? spec : spec.from));
  return [...new Set([...all, total?.column].filter((name) => name !== undefined))];
}
const contentOf = (attributes: Attributes) => JSON.stringify([...attributes].sort(([a], [b]) => (a < b ? -1 : 1)));

/** A table. Its statement is told at its end, where it is a bank's. */
export const table = (mapping: TableMapping, name: string, check?: Check): Foreign => ({
  system: mapping.source,
  terms: JSON.stringify(mapping),
  async *read(file, signal, opened) {
    const bytes = await openBytes(file, signal);
    opened(bytes);
    const { head, all } = await peek(bytes.chunks);
    const again = { ...bytes, chunks: all };
    const format = isZip(head) ? 'xlsx' : 'csv';
    const shape = { ...mapping.file, needs: named(mapping) };
    const rows = format === 'xlsx' ? readSheet(again, shape) : readRows(again, shape);
    yield* translateTable(file, mapping, name, format, rows, check);
  },
});

/** Control totals that the file itself tells. */
function statedIn(of: Of): Pick<Stated, 'creditsFen' | 'debitsFen'> {
  const asFen = (text: string | null) => (text === null ? null : BigInt(text));
  return {
    creditsFen: asFen(fenAt(of, 'credit') ?? fenAt(of, 'amount')),
    debitsFen: asFen(fenAt(of, 'debit')),
  };
}
const NOT_STATED = { creditsFen: null, debitsFen: null } as const;
const NO_BALANCES = { openingFen: null, closingFen: null } as const;
/** Null also where it cannot be read: the row itself may say so. */
function readable(read: () => string | null): string | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotTaken) return null;
    throw error;
  }
}
const balanceOf = (of: Of): string | null => readable(() => signedFen(of, 'balance'));
async function* translateTable(
  file: string,
  { kind, columns, zone = '+08:00', total, whole }: TableMapping,
  name: string,
  format: string,
  rows: AsyncIterable<Row>,
  check?: Check,
): AsyncGenerator<Translated> {
  const books = new Map<string, ReturnType<typeof accountBook>>();
  const bookOf = (account: string) => {
    const known = books.get(account) ?? accountBook(check);
    books.set(account, known);
    return known;
  };
  let [account, line] = ['', 1]; // of the row before, for what does not say
  const [broken, coverings] = [[] as number[], coverage(whole)]; // broken ones: of whose account nobody knows
  let sums: ReturnType<typeof statedIn> | null = null;
  for await (const raw of rows) {
    ({ line } = raw);
    if (raw.kind === 'broken') {
      broken.push(line);
      yield* rejectedRow(line, null, raw.problem, noTotals());
      continue;
    }
    const of: Of = { columns, env: { event: raw.attributes, case: raw.caseAttributes, zone } };
    let reference: string | null = null;
    try {
      if (total && raw.attributes.get(total.column)?.trim() === total.is) {
        sums = statedIn(of);
        continue;
      }
      reference = word(of, 'reference');
      if (kind === 'bank') account = word(of, 'account') ?? account;
      const currency = word(of, 'currency');
      if (currency !== null && !CNY.has(currency)) throw refuse('currency', 'other-currency', currency);
      const at = requiredTime(columns['on']!, of.env);
      const [row, book] = [READ[kind](of), bookOf(account)];
      yield* reported({ line, at, row, content: contentOf(raw.attributes) }, book.totals);
      const day = at.instant.slice(0, 10);
      if (kind === 'bank') book.see(line, balanceOf(of), fenOf(row), day);
      else coverings.see(row, day);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      const book = bookOf(account);
      yield* rejectedRow(line, reference, error.problem, book.totals);
      if (kind === 'bank') book.see(line, balanceOf(of), null, null);
      const owner = (kind === 'ledger' ? readable(() => word(of, 'org')) : account) ?? '';
      if (reference !== null) thereAnyhow(owner, reference, book.totals);
    }
  }
  if (books.size === 0 && broken.length === 0)
    throw new Unreadable(
      file,
      '表头之后没有一行数据：当日没有流水的，不必导入',
      'there is no row behind the header: a day on which nothing happened need not be imported',
      line,
    );
  const first = books.values().next().value ?? bookOf('');
  first.totals.rows += broken.length;
  first.totals.rejected += broken.length;
  for (const [of, book] of books) {
    const { stated, covers = coverings.said(book.totals.names) } = book.said(of || name, broken);
    const own = books.size === 1 ? (sums ?? NOT_STATED) : NOT_STATED;
    yield* statementLoaded(line, format, { ...stated, statement: name, ...own }, book.totals, covers);
  }
  if (books.size > 1 && sums) {
    const whole = { ...NOT_STATED, account: name, statement: `${name}-total`, from: null, to: null, ...sums };
    yield* statementLoaded(line, format, { ...whole, ...NO_BALANCES }, totalled([...books.values()]));
  }
}
const totalled = (books: readonly ReturnType<typeof accountBook>[]): Totals =>
  books.reduce<Totals>((sum, { totals }) => {
    for (const name of ['rows', 'rejected', 'ignored'] as const) sum[name] += totals[name];
    for (const name of ['creditsFen', 'debitsFen'] as const) sum[name] += totals[name];
    return sum;
  }, noTotals());
