/** Fiscal e-receipts (财政电子票据, EInvoice XML, one or many in a file) as reports of receipts that were issued, or taken back. */
import { createHash } from 'node:crypto';
import type { PayChannel } from '../../projections/events/money.js';
import { openBytes } from './bytes.js';
import type { Foreign } from './import.js';
import {
  alone,
  type Check,
  lineBefore,
  type MoneyReport,
  noTotals,
  payerOf,
  rejectedRow,
  safeName,
  type Totals,
  statementLoaded,
} from './money.js';
import type { Problem, ReasonCode } from './records.js';
import { type Instant, readInstant } from './time.js';
import type { Translated } from './translate.js';
import { convert, NotTaken } from './values.js';
import { Beyond, type Element, local, readElements } from './xml.js';

const ZONE = '+08:00';
const ROOTS = new Set(['EInvoice', 'EInvoices', 'EInvoiceList', 'EInvoiceBatch']);
/** 156 is what ISO 4217 numbers CNY by. */
const CNY = new Set(['', 'CNY', '156', '人民币', 'RMB']);
/** 一般缴款书 is only a notice to pay until it is paid (财库〔2021〕31号). */
const NOTICE = /缴款书/;
const CHANNELS: Readonly<Record<string, PayChannel>> = {
  现金: 'cash',
  刷卡: 'pos',
  POS: 'pos',
  转账: 'bank',
  银行: 'bank',
  网上支付: 'online',
  微信: 'online',
  支付宝: 'online',
};

/** The first element of a name, however deep: providers wrap the same fields in different groups. */
function found(element: Element | undefined, name: string): Element | undefined {
  if (!element) return undefined;
  for (const child of element.children) {
    if (child.name === name) return child;
    const inner = found(child, name);
    if (inner) return inner;
  }
  return undefined;
}
const textOf = (element: Element | undefined, ...names: readonly string[]): string | null => {
  for (const name of names) {
    const text = found(element, name)?.text.trim() ?? '';
    if (text !== '') return text;
  }
  return null;
};
const refuse = (field: string, code: ReasonCode, detail?: string | null) =>
  new NotTaken({ field, code, ...(detail != null && { detail }) });
function needed(element: Element, field: string): string {
  const text = textOf(element, field);
  if (text === null) throw refuse(field, 'missing');
  return text;
}
const fenIn = (field: string, text: string): string => String(convert(field, text, { type: 'fen' }, undefined));

function issuedAt(element: Element): Instant {
  const day = needed(element, 'IssueDate');
  const time = textOf(element, 'IssueTime');
  const format = /^\d{8}$/.test(day) ? 'yyyyMMdd' : undefined;
  const date = readInstant(day, { zone: ZONE, format });
  if ('code' in date) throw refuse('IssueDate', date.code, day);
  if (time === null) return { instant: date.instant, precision: 'day' };
  const at = readInstant(`${date.instant.slice(0, 10)} ${time}`, { zone: ZONE });
  if ('code' in at) throw refuse('IssueTime', at.code, time);
  return at;
}
const nameOf = (element: Element | undefined, group: string) => found(element, group);
/** Nobody but the name is told: the same name in the same unit is taken for the same person. */
const staffOf = (name: string | null, org: string | null) =>
  name === null ? undefined : { identifier: { kind: 'staff-name', value: `${org ?? ''}/${name}` }, personal: { name } };
const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

function linesOf(element: Element): readonly object[] {
  const items = found(element, 'Details')?.children ?? [];
  return items.map((item) => ({
    feeItem: safeName(needed(item, 'ItemCode')),
    quantity: textOf(item, 'ItemQuantity') ?? '1',
    amountFen: fenIn('ItemAmount', needed(item, 'ItemAmount').replace(/^-/, '')),
  }));
}
function channelOf(mode: string | null): PayChannel {
  if (mode === null) return 'unknown';
  return Object.entries(CHANNELS).find(([name]) => mode.includes(name))?.[1] ?? 'other';
}

function reportOf(element: Element): {
  report: MoneyReport;
  fen: string;
  red: boolean;
  org: string | null;
  at: Instant;
} {
  const currency = textOf(element, 'CurrencyType') ?? '';
  if (!CNY.has(currency)) throw refuse('CurrencyType', 'other-currency', currency);
  const [code, number] = [needed(element, 'EInvoiceCode'), needed(element, 'EInvoiceNumber')];
  const id = `${safeName(code)}-${safeName(number)}`;
  const at = issuedAt(element);
  const total = needed(element, 'TotalAmount');
  const amountFen = fenIn('TotalAmount', total.replace(/^-/, ''));
  const party = nameOf(element, 'InvoicingParty');
  const org = textOf(party, 'InvoicingPartyCode', 'Code') ?? textOf(party, 'InvoicingPartyName', 'Name');
  const [relatedCode, relatedNumber] = [textOf(element, 'RelatedInvoiceCode'), textOf(element, 'RelatedInvoiceNumber')];
  const of = { case: id, precision: at.precision, registeredAt: null, actor: null, content: contentOf(element) };
  const base = { ...of, category: 'receipt', occurredAt: at.instant };
  if (relatedCode !== null && relatedNumber !== null) {
    const handler = staffOf(textOf(element, 'HandlingPerson'), org);
    const reason = textOf(element, 'Remark') ?? '冲红';
    const command = { type: 'ReverseReceipt', data: { reason, red: id, ...given({ handler }) } };
    const reversed = `${safeName(relatedCode)}-${safeName(relatedNumber)}`;
    return {
      report: { ...base, id: reversed, key: `event:ReverseReceipt ${id}`, command },
      fen: amountFen,
      red: true,
      org,
      at,
    };
  }
  if (total.startsWith('-')) throw refuse('TotalAmount', 'signed-amount', total);
  const payer = nameOf(element, 'PayerParty');
  const data = {
    kind: 'direct',
    form: 'electronic',
    notice: NOTICE.test(textOf(element, 'EInvoiceName') ?? '') && textOf(element, 'SupervisorPartySeal') === null,
    payChannel: channelOf(textOf(element, 'PayMode')),
    lines: linesOf(element),
    amountFen,
    ...given({
      payCode: textOf(element, 'PayCode'),
      org,
      payer: payerOf({
        name: textOf(payer, 'PayerPartyName', 'Name'),
        account: null,
        number: textOf(payer, 'PayerPartyCode', 'Code'),
      }),
      handler: staffOf(textOf(element, 'HandlingPerson'), org),
      checker: staffOf(textOf(element, 'Checker'), org),
    }),
  };
  const command = { type: 'IssueReceipt', data };
  return { report: { ...base, id, key: `event:IssueReceipt ${id}`, command }, fen: amountFen, red: false, org, at };
}
const contentOf = ({ name, children, text }: Element): string =>
  JSON.stringify(children.length === 0 ? [name, text.trim()] : [name, children.map(contentOf)]);

const digestOf = (text: string) => createHash('sha256').update(text, 'utf8').digest('base64');
type Reported = ReturnType<typeof reportOf>;
/** The same number twice in one file: the same receipt was written twice, or the number was used twice, which is told as such. */
function usedAgain(of: Reported, line: number, totals: Totals): Reported {
  const { report } = of;
  const problem = totals.check(report.command);
  if (problem) throw new NotTaken(problem);
  const before = lineBefore(totals, `${report.key} ${digestOf(report.content)}`, line);
  if (before !== null) throw refuse('EInvoiceNumber', 'stands-twice', `第 ${before} 行 line ${before}`);
  let uses = 1;
  while (lineBefore(totals, `${report.key} ${uses}`, line) !== null) uses++;
  return uses === 1 ? of : { ...of, report: { ...report, key: `${report.key}#${uses}` } };
}
function* translateReceipt(
  element: Element,
  totals: Totals,
): Generator<Translated, { org: string | null; day: string } | null> {
  const number = textOf(element, 'EInvoiceNumber');
  try {
    const { report, fen, red, org, at } = usedAgain(reportOf(element), element.line, totals);
    totals.rows++;
    if (red) totals.debitsFen += BigInt(fen);
    else totals.creditsFen += BigInt(fen);
    yield* alone(element.line, red ? 'red' : 'receipt', { case: report.case, event: number, reports: [report] });
    return { org, day: at.instant.slice(0, 10) };
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    yield* rejectedRow(element.line, number, error.problem satisfies Problem, totals);
    return null;
  }
}

/** `system`: the finance platform. `name`: of the file as a whole. */
export const einvoice = (system: string, name: string, check?: Check): Foreign => ({
  system,
  terms: JSON.stringify({ einvoice: 2 }),
  async *read(file, signal, opened) {
    const bytes = await openBytes(file, signal);
    opened(bytes);
    const totals = noTotals(check);
    const root = ({ name: tag }: { name: string }) => {
      if (!ROOTS.has(local(tag)))
        throw new Beyond(
          `不是财政电子票据：根元素是 <${local(tag)}>`,
          `not a fiscal e-receipt: its root is <${local(tag)}>`,
        );
    };
    let [line, account, from, to] = [1, name, null as string | null, null as string | null];
    for await (const piece of readElements(bytes, { root, whole: (path) => path.at(-1) === 'EInvoice' })) {
      if (piece.kind !== 'element') continue;
      ({ line } = piece.element);
      const taken = yield* translateReceipt(piece.element, totals);
      if (!taken) continue;
      account = taken.org ?? account;
      from = from === null || taken.day < from ? taken.day : from;
      to = to === null || taken.day > to ? taken.day : to;
    }
    const sums = { openingFen: null, closingFen: null, creditsFen: null, debitsFen: null };
    yield* statementLoaded(line, 'einvoice', { account, statement: name, from, to, ...sums }, totals);
  },
});
