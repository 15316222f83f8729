/** What plants have in common: facts of registers, and the items that they may use. */
import type { Item } from './registers.js';
import { type Exempt, type Matter, type Scope, type Script } from './script.js';

export type Plant = (s: Script, matter: (item?: Item, start?: number) => Matter, n: number) => void;

/** Units whose exemptions are told about; acts outside by other units have none to hide behind. */
export const EXEMPT_UNITS = ['u01', 'u02', 'u03'];
/** Items that plants may use as they like. */
export const ordinary = (items: readonly Item[]): readonly Item[] =>
  items.filter(({ unit }) => !EXEMPT_UNITS.includes(unit));

interface Granted {
  readonly approver?: { readonly name: string; readonly level: string };
  readonly decidedOn: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly scope?: Scope;
}
export function exemption(s: Script, item: Item, id: string, at: string, more: Granted & object): void {
  const scope = more.scope ?? { items: [item.code], places: ['department-office'], channels: null };
  // What anybody but the government approves exempts nothing.
  if (!('approver' in more))
    s.exemptions.push({
      unit: item.unit,
      to: null,
      ...more,
      ...(more.to === undefined && { to: null }),
      scope,
    } as Exempt);
  s.line({
    at,
    category: 'exemptions',
    id: item.unit,
    type: 'ApproveExemption',
    by: { person: 'S-registrar', org: 'city' },
    report: { system: 'paper', occurredAt: at, batch: id, registeredAt: at },
    data: {
      exemption: id,
      scope,
      approver: { name: '市人民政府', level: 'government' },
      document: `市政发 ${id}`,
      obligations: ['公示', '一次性告知'],
      ...more,
    },
  });
}
export function publish(s: Script, item: Item, at: string, mustEnter = true, more: object = {}): void {
  const wd = (n: number) => ({ n, unit: 'working-day' });
  s.line({
    at,
    category: 'item',
    id: item.code,
    type: 'PublishItem',
    by: { person: 'S-registrar', org: 'city' },
    report: { system: 'catalogue', occurredAt: at, batch: 'catalogue', registeredAt: at },
    data: {
      name: item.name,
      department: item.unit,
      level: 'city',
      legalBasis: ['行政许可法'],
      statutory: wd(item.statutory),
      promised: wd(item.promised),
      promiseReason: null,
      materials: [{ code: 'm1', name: '申请表', required: true }],
      steps: item.steps,
      mustEnter,
      from: at.slice(0, 10),
      ...more,
    },
  });
}
export function enter(s: Script, code: string, from: string, at: string): void {
  const by = { person: 'S-registrar', org: 'city' };
  s.line({
    at,
    category: 'item',
    id: code,
    type: 'EnterItem',
    by,
    data: { centre: 'city', from, document: '进驻目录' },
  });
}
