/** CSV and XLSX about money, as a mapping says: bank statements, deposits, treasury credits, a unit's books. */
import { readFile } from 'node:fs/promises';
import { DEBIT_KINDS, type DebitKind, type Level, LEVELS } from '../../projections/events/money.js';
import { openBytes, peek } from './bytes.js';
import { readRows, type Row } from './csv.js';
import type { Foreign } from './import.js';
import { type Misfit, parseYaml, type ValueSpec } from './mapping.js';
import { type MoneyRow, noTotals, rejectedRow, reported, type Stated, statementLoaded, type Totals } from './money.js';
import type { Attributes, ReasonCode } from './records.js';
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
}

function* misfits({ kind, columns, zone }: TableMapping): Generator<Misfit> {
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
/** Null where nothing stands there. An amount has no sign: what kind of row it is says that. */
function fenAt({ columns, env }: Of, name: string): string | null {
  const spec = columns[name];
  if (spec === undefined) return null;
  const typed = { type: 'fen', ...(typeof spec === 'string' ? { from: spec } : spec) } as const;
  const fen = valueOf(typed, env);
  if (fen === undefined) return null;
  const text = String(fen);
  if (text.startsWith('-')) throw refuse(name, 'signed-amount', text);
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

/** What balances say, from the one after the first row and the one after the last. */
function balances(totals: Totals) {
  let before: bigint | null = null;
  let after: bigint | null = null;
  return {
    see(balance: string | null, row: MoneyRow) {
      if (balance === null) return;
      after = BigInt(balance);
      if (totals.rows === 1) before = after - (row.kind === 'credit' ? BigInt(row.fen) : -BigInt(row.fen));
    },
    said: (): Pick<Stated, 'openingFen' | 'closingFen'> => ({ openingFen: before, closingFen: after }),
  };
}

/** Columns that the file has to have: all that the mapping names. */
function named({ columns, total }: TableMapping): readonly string[] {
  const all = Object.values(columns).map((spec) => (typeof spec === 'string' ? spec : spec.from));
  return [...new Set([...all, total?.column].filter((name) => name !== undefined))];
}
const contentOf = (attributes: Attributes) => JSON.stringify([...attributes].sort(([a], [b]) => (a < b ? -1 : 1)));

/** A table. Its statement is told at its end, where it is a bank's. */
export const table = (mapping: TableMapping, name: string): Foreign => ({
  system: mapping.source,
  terms: JSON.stringify(mapping),
  async *read(file, signal, opened) {
    const bytes = await openBytes(file, signal);
    opened(bytes);
    const { head, all } = await peek(bytes.chunks);
    const again = { ...bytes, chunks: all };
    const format = isZip(head) ? 'xlsx' : 'csv';
    const shape = { ...mapping.file, needs: named(mapping) };
    yield* translateTable(mapping, name, format, format === 'xlsx' ? readSheet(again, shape) : readRows(again, shape));
  },
});

async function* translateTable(
  { kind, columns, zone = '+08:00', total }: TableMapping,
  name: string,
  format: string,
  rows: AsyncIterable<Row>,
): AsyncGenerator<Translated> {
  const totals = noTotals();
  const seen = balances(totals);
  let [account, from, to, line] = ['', null as string | null, null as string | null, 1];
  let stated: Pick<Stated, 'creditsFen' | 'debitsFen'> = { creditsFen: null, debitsFen: null };
  for await (const raw of rows) {
    ({ line } = raw);
    if (raw.kind === 'broken') {
      yield* rejectedRow(line, null, raw.problem, totals);
      continue;
    }
    const of: Of = { columns, env: { event: raw.attributes, case: raw.caseAttributes, zone } };
    let reference: string | null = null;
    try {
      if (total && raw.attributes.get(total.column)?.trim() === total.is) {
        const asFen = (text: string | null) => (text === null ? null : BigInt(text));
        stated = {
          creditsFen: asFen(fenAt(of, 'credit') ?? fenAt(of, 'amount')),
          debitsFen: asFen(fenAt(of, 'debit')),
        };
        continue;
      }
      reference = word(of, 'reference');
      const at = requiredTime(columns['on']!, of.env);
      const row = READ[kind](of);
      yield* reported({ line, at, row, content: contentOf(raw.attributes) }, totals);
      if (kind !== 'bank') continue;
      const day = at.instant.slice(0, 10);
      account = 'account' in row ? row.account : account;
      [from, to] = [from === null || day < from ? day : from, to === null || day > to ? day : to];
      seen.see(fenAt(of, 'balance'), row);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      yield* rejectedRow(line, reference, error.problem, totals);
    }
  }
  const of: Stated = { account: account || name, statement: name, from, to, ...seen.said(), ...stated };
  yield* statementLoaded(line, format, of, totals);
}
