/**
 * The money of the city: what is charged in matters, paid by a code, receipted, deposited the next working day, and
 * credited the day after. It keeps what it says, so that receipts are numbered and days are deposited in the end.
 */
import { CITY_BEGINS } from './days.js';
import type { Item } from './registers.js';
import { instant, type Line, type Matter, type Script } from './script.js';

const finance = { person: 'S-finance', org: 'finance' } as const;
export const WINDOW = { kind: 'centre-window', window: '1', org: 'city' } as const;
export const RECEIPT_CODE = '45060125';
/** Collection account of the centre. */
export const CENTRE_ACCOUNT = '4506-01';
/** A unit's fee items: nothing waits for the first, the decision for the second, the delivery for the third. */
const GATES = { F: 'none', D: 'decision', V: 'delivery' } as const;
export type FeeKind = keyof typeof GATES;
const SHARED = [
  { level: 'city', percent: 60 },
  { level: 'province', percent: 40 },
] as const;
/** Of one piece, in fen. */
export const RATE = 1000;
export const PIECES = { kind: 'per-unit', unit: '件', fen: String(RATE), leastFen: null, mostFen: null } as const;

export interface Fee {
  readonly id: string;
  readonly feeItem: string;
  readonly fen: number;
  readonly payCode: string;
  readonly matter: Matter;
  readonly unit: string;
}
export interface Paid {
  readonly id: string;
  readonly account: string;
  readonly day: string;
  readonly fen: number;
}
interface Draft {
  readonly unit: string;
  readonly at: string;
  readonly number: string | null;
  readonly issue: (receipt: string, block: string) => void;
}
type Report = Partial<Pick<Line, 'place' | 'by'>> & { readonly told?: string; readonly system?: string };
export type Issuing = Report & {
  readonly unit?: string;
  readonly data?: object;
  readonly fen?: number;
  readonly lines?: readonly object[];
  readonly minute?: number;
  /** A number of a block that the story has issued by itself. */
  readonly receipt?: string;
  readonly block?: string;
};

const somebody = (staff: string) => ({ identifier: { kind: 'staff-no', value: staff }, personal: {} });

export class Till {
  private readonly drafts: Draft[] = [];
  private readonly takings = new Map<string, Map<string, { fen: number; byItem: Map<string, number> }>>();
  private readonly byHand = new Set<string>();
  private n = 0;
  constructor(private readonly s: Script) {}

  /** It happened at an instant, and is told then unless `told` says when. */
  report(category: string, id: string, type: string, data: object, at: string, more: Report = {}): void {
    const { told = at, system = 'bank', ...rest } = more;
    const report = { system, occurredAt: at, batch: told.slice(0, 10), registeredAt: told };
    this.s.line({ at: told, category, id, type, data, by: finance, ...rest, report });
  }
  publish(
    code: string,
    unit: string,
    items: readonly string[],
    from: string,
    more: object = {},
    at = instant(from, 8 * 60),
  ): void {
    const data = {
      name: `收费项目${code}`,
      org: unit,
      items,
      rate: PIECES,
      legalBasis: ['收费目录清单'],
      subject: '103042701',
      shares: [{ level: 'city', percent: 100 }],
      gate: 'none',
      waivable: true,
      instalments: false,
      cash: false,
      collectorByLaw: false,
      from,
      document: '收费目录清单',
      ...more,
    };
    this.s.line({ at, category: 'tariff', id: code, type: 'PublishFeeItem', data, by: finance });
  }
  approve(account: string, from: string, more: object = {}): void {
    const data = {
      name: `收款户 ${account}`,
      bank: '驻厅银行',
      kind: 'centre',
      centre: 'city',
      document: '财政批复',
      from,
      ...more,
    };
    this.s.line({
      at: instant(from, 8 * 60),
      category: 'payee',
      id: account,
      type: 'ApproveAccount',
      data,
      by: finance,
    });
  }
  block(block: string, to: string, org: string, day = CITY_BEGINS): void {
    const at = instant(day, 8 * 60);
    this.report('block', block, 'PrintBlock', { to, form: 'electronic' }, at, { system: 'receipts' });
    this.report('block', block, 'IssueBlock', { org }, at, { system: 'receipts' });
  }
  /** Its deposits are told by hand. */
  own(account: string): void {
    this.byHand.add(account);
  }

  /** Fee items, the account of the centre, and a block of numbers for each unit. */
  open(items: readonly Item[]): void {
    this.approve(CENTRE_ACCOUNT, CITY_BEGINS);
    this.s.registers.units.forEach(({ id }, n) => {
      const codes = items.filter(({ unit }) => unit === id).map(({ code }) => code);
      for (const [kind, gate] of Object.entries(GATES))
        this.publish(`${kind}-${id}`, id, codes, CITY_BEGINS, { gate, ...(kind === 'D' && { shares: SHARED }) });
      const first = String(n * 10_000 + 1).padStart(10, '0');
      this.block(`${RECEIPT_CODE}-${first}`, String((n + 1) * 10_000).padStart(10, '0'), id);
    });
  }

  /** Assessed at the window on the n-th day, with a notice of its pay code. */
  assess(m: Matter, n: number, pieces = 1, kind: FeeKind = 'F'): Fee {
    const id = `SF-${m.id}${this.n++ % 7 === 0 ? '' : `-${this.n}`}`;
    const { unit } = m.item;
    const fee = { id, feeItem: `${kind}-${unit}`, fen: pieces * RATE, payCode: `JK${id}`, matter: m, unit };
    m.say(n, 'fee', id, 'AssessFee', { matterId: m.id, feeItem: fee.feeItem, quantity: String(pieces) });
    m.say(n, 'fee', id, 'IssueNotice', { payCode: fee.payCode });
    return fee;
  }
  /** As a system tells it, whatever it says. */
  assessed(
    m: Matter,
    n: number,
    data: Partial<Record<'feeItem' | 'quantity' | 'amountFen' | 'itemCode' | 'org', string>> & { instalment?: object },
    fen = RATE,
  ): Fee {
    const id = `SG-${m.id}-${this.n++}`;
    const { unit } = m.item;
    const feeItem = data.feeItem ?? `F-${unit}`;
    const at = m.moment(n);
    const how = { system: 'fees', place: WINDOW, by: { org: unit } };
    this.report(
      'fee',
      id,
      'AssessFee',
      { matterId: m.id, itemCode: m.item.code, quantity: '1', org: unit, ...data, feeItem },
      at,
      how,
    );
    this.report('fee', id, 'IssueNotice', { payCode: `JK${id}` }, at, how);
    return { id, feeItem, fen, payCode: `JK${id}`, matter: m, unit };
  }
  of(fee: Fee, type: string, data: object, at: string, more: Report = {}): void {
    this.report('fee', fee.id, type, data, at, { system: 'fees', place: WINDOW, by: { org: fee.unit }, ...more });
  }
  /** The bank tells of it in the evening. */
  pay(
    fee: Pick<Fee, 'payCode' | 'fen' | 'feeItem' | 'unit'>,
    day: string,
    more: Report & { account?: string; fen?: number; data?: object } = {},
  ): Paid {
    const { account = CENTRE_ACCOUNT, fen = fee.fen, data = {}, ...rest } = more;
    const bankRef = `ZF${String(++this.n).padStart(6, '0')}`;
    const id = `${account}-${bankRef}`;
    const at = instant(day, 16 * 60 + 30 + (this.n % 20));
    const known = {
      account,
      bankRef,
      channel: 'bank',
      payCode: fee.payCode,
      org: fee.unit,
      amountFen: String(fen),
      ...data,
    };
    this.report('payment', id, 'ReceivePayment', known, at, { told: instant(day, 19 * 60), ...rest });
    this.take(account, day, fen, `${fee.unit} ${fee.feeItem}`);
    return { id, account, day, fen };
  }
  private take(account: string, day: string, fen: number, item: string): void {
    const days = this.takings.get(account) ?? new Map<string, { fen: number; byItem: Map<string, number> }>();
    const known = days.get(day) ?? { fen: 0, byItem: new Map<string, number>() };
    known.fen += fen;
    known.byItem.set(item, (known.byItem.get(item) ?? 0) + fen);
    this.takings.set(account, days.set(day, known));
  }
  /** It does not go on to the treasury. */
  untake({ account, day, fen }: Paid, item: string): void {
    this.take(account, day, -fen, item);
  }
  reverse({ id, account, day, fen }: Paid, on: string, item: string): void {
    this.report('payment', id, 'ReversePayment', { reason: '冲正' }, instant(on, 18 * 60), {
      told: instant(on, 19 * 60 + 5),
    });
    this.take(account, day, -fen, item);
  }

  /** Numbered in the end, in the order of time; `then` is told its number. */
  receipt(
    fees: readonly Fee[],
    day: string,
    how: Issuing = {},
    then: (receipt: string) => void = () => undefined,
  ): void {
    const [fee] = fees as [Fee];
    const { unit = fee.unit, data = {}, minute = 17 * 60 + (this.n++ % 50), receipt, block, told, ...more } = how;
    const { fen = fees.reduce((sum, each) => sum + each.fen, 0), lines, ...rest } = more;
    const at = instant(day, minute);
    const issue = (id: string, of: string) => {
      const known = {
        block: of,
        kind: 'direct',
        form: 'electronic',
        payChannel: 'bank',
        payCode: fee.payCode,
        lines: lines ?? fees.map((each) => this.line(each)),
        amountFen: String(fen),
        org: unit,
        handler: somebody(fee.matter.clerk(day)),
        checker: somebody('S-checker'),
        ...data,
      };
      const place = { ...WINDOW, window: fee.matter.post.window, org: fee.matter.post.centre };
      this.report('receipt', id, 'IssueReceipt', known, at, {
        system: 'receipts',
        place,
        by: { org: unit },
        ...rest,
        ...(told && { told }),
      });
      then(id);
    };
    if (receipt !== undefined) issue(receipt, block ?? '');
    else this.drafts.push({ unit, at, number: null, issue });
  }
  line({ id, feeItem, fen, matter }: Fee, more: object = {}): object {
    return {
      fee: id,
      matterId: matter.id,
      itemCode: matter.item.code,
      feeItem,
      quantity: String(fen / RATE),
      amountFen: String(fen),
      ...more,
    };
  }
  ends(receipt: string, type: 'VoidReceipt' | 'ReverseReceipt', day: string, fee: Fee, more: object = {}): void {
    const at = instant(day, 18 * 60 + 10);
    const data = { reason: '开具有误', handler: somebody(fee.matter.clerk(day)), ...more };
    this.report('receipt', receipt, type, data, at, { system: 'receipts', by: { org: fee.unit } });
  }
  /** Assessed, paid and receipted on the n-th day of the matter; `online`: by the platform, which tells of it. */
  charge(m: Matter, n: number, pieces = 1, kind: FeeKind = 'F', online = false): Fee {
    const data = { feeItem: `${kind}-${m.item.unit}`, quantity: String(pieces) };
    const fee = online ? this.assessed(m, n, data, pieces * RATE) : this.assess(m, n, pieces, kind);
    this.pay(fee, m.on(n));
    this.receipt([fee], m.on(n));
    return fee;
  }

  deposit(account: string, day: string, on: string, fen: number, more: object = {}): string {
    const id = `JC-${account}-${day}-${this.n++}`;
    const data = { account, day, amountFen: String(fen), to: 'treasury', ...more };
    this.report('deposit', id, 'MakeDeposit', data, instant(on, 10 * 60));
    return id;
  }
  credit(deposit: string, on: string, fen: number, more: object = {}): string {
    const id = `RK-${deposit}-${this.n++}`;
    const data = { deposit, level: 'city', subject: '103042701', amountFen: String(fen), ...more };
    this.report('credit', id, 'CreditTreasury', data, instant(on, 15 * 60), { system: 'treasury' });
    return id;
  }
  /** What waits for the decision is shared with the province, sixty and forty. */
  credited(deposit: string, on: string, fen: number, org: string, feeItem: string): void {
    const city = feeItem.startsWith('D-') ? Math.round((fen * 6) / 10) : fen;
    this.credit(deposit, on, city, { org, feeItem });
    if (city < fen) this.credit(deposit, on, fen - city, { org, feeItem, level: 'province' });
  }
  after(day: string, workdays: number): string {
    return this.s.days.day(this.s.days.index(day) + workdays);
  }

  /** Numbers in the order of time; what came in on a day is deposited the next working day, and credited the day after. */
  close(): void {
    const next = new Map(this.s.registers.units.map(({ id }, n) => [id, n * 10_000]));
    for (const { unit, issue } of this.drafts.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
      const number = next.get(unit)! + 1;
      next.set(unit, number);
      const first = String(Math.floor((number - 1) / 10_000) * 10_000 + 1).padStart(10, '0');
      issue(`${RECEIPT_CODE}-${String(number).padStart(10, '0')}`, `${RECEIPT_CODE}-${first}`);
    }
    for (const [account, days] of this.takings) {
      if (this.byHand.has(account)) continue;
      for (const [day, { fen, byItem }] of days) {
        if (fen <= 0) continue;
        const deposit = this.deposit(account, day, this.after(day, 1), fen);
        for (const [item, part] of byItem) {
          const [org, feeItem] = item.split(' ') as [string, string];
          if (part > 0) this.credited(deposit, this.after(day, 2), part, org, feeItem);
        }
      }
    }
  }
}
