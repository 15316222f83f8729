/** Money told to a ledger in memory, line by line, and what reconciliation comes to there. */
import { breaks, type BreakRow } from '../../projections/breaks.js';
import { matchDays, type MatchDay } from '../../projections/matches.js';
import { residuePages, tieOuts, type TieOutRow } from '../../projections/reconciliation.js';
import { credit, deposit, payment } from '../../src/areas/money/bank.js';
import { block } from '../../src/areas/money/block.js';
import { fee } from '../../src/areas/money/fee.js';
import { payee } from '../../src/areas/money/payee.js';
import { receipt } from '../../src/areas/money/receipt.js';
import { tariff } from '../../src/areas/money/tariff.js';
import type { Decider } from '../../src/kernel/decider.js';
import { openWorld, type World } from '../../src/simulation/world.js';
import { version } from '../money.js';

export const FROM = '2024-07-01';
export type Say = Readonly<{ decider: Decider; id: string; type: string; data: object; on: string }>;
export const say = (decider: Decider, id: string, type: string, data: object, on: string): Say => ({
  decider,
  id,
  type,
  data,
  on,
});

export const registers: readonly Say[] = [
  say(tariff, 'F-1', 'PublishFeeItem', version, FROM),
  say(payee, '622', 'ApproveAccount', { name: '专户', bank: '农行', kind: 'centre', document: '文', from: FROM }, FROM),
  say(block, '45-0001', 'PrintBlock', { to: '0900', form: 'electronic' }, FROM),
  say(block, '45-0001', 'IssueBlock', { org: 'org-1' }, FROM),
];
export const assess = (n: number, on: string, amountFen: string) =>
  say(fee, `f-${n}`, 'AssessFee', { feeItem: 'F-1', quantity: '10', amountFen, org: 'org-1' }, on);
export const issue = (n: number, on: string, amountFen: string, more: object = {}) =>
  say(
    receipt,
    `45-${String(n).padStart(4, '0')}`,
    'IssueReceipt',
    {
      org: 'org-1',
      kind: 'direct',
      form: 'electronic',
      payChannel: 'bank',
      payCode: `P-${n}`,
      lines: [{ fee: `f-${n}`, feeItem: 'F-1', quantity: '10', amountFen }],
      amountFen,
      ...more,
    },
    on,
  );
export const pay = (n: number, on: string, amountFen: string, more: object = {}) =>
  say(
    payment,
    `622-${n}`,
    'ReceivePayment',
    { account: '622', bankRef: String(n), channel: 'bank', payCode: `P-${n}`, amountFen, ...more },
    on,
  );
export const lineFor = (matterId: string, amountFen: string) => [
  { matterId, feeItem: 'F-1', quantity: '10', amountFen },
];
export const putIn = (id: string, day: string, on: string, amountFen: string) =>
  say(deposit, id, 'MakeDeposit', { account: '622', day, amountFen, to: 'treasury' }, on);
export const take = (id: string, of: string, on: string, amountFen: string) =>
  say(
    credit,
    id,
    'CreditTreasury',
    { deposit: of, org: 'org-1', feeItem: 'F-1', level: 'city', subject: version.subject, amountFen },
    on,
  );

export const worlds: World[] = [];
export const closeWorlds = async () => {
  for (const world of worlds.splice(0)) await world.close();
};
/** Of the next line that is told. */
export const clock = { minute: 0 };
/** All of it told on one day, one a minute, in this order. */
export async function told(lines: readonly Say[], day = '2024-08-15'): Promise<World> {
  const world = await openWorld({ from: FROM });
  worlds.push(world);
  await world.goTo(day);
  clock.minute = 0;
  await tell(world, lines, day);
  return world;
}
export async function tell(world: World, lines: readonly Say[], day = '2024-08-15') {
  for (const { decider, id, type, data, on } of lines) {
    const [h, m] = [Math.floor(clock.minute / 60) % 24, clock.minute++ % 60];
    const at = `${day}T${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}:00.000+08:00`;
    const key = `${type} ${id} ${JSON.stringify(data)}`;
    const report = { system: 's', occurredAt: `${on}T10:00:00+08:00` };
    await world.say({ decider, id, type, data, at, key, report });
  }
}
export const rows = <T>(world: World, of: any) => world.shelf.table(of).rows() as unknown as T[];
export const codes = (world: World) =>
  rows<BreakRow>(world, breaks)
    .filter(({ stands }) => stands)
    .map(({ code, subject, severity }) => `${code} ${subject} ${severity}`)
    .toSorted();
/** All that reconciliation comes to, without when it was recorded. */
export function outcome(world: World) {
  const pairs = rows<MatchDay>(world, matchDays).map(({ id, pairs: all }) => [
    id,
    all.map((pair) => JSON.stringify(pair)).toSorted(),
  ]);
  const cells = rows<TieOutRow>(world, tieOuts).map((row) => JSON.stringify({ ...row, event: '' }));
  const residues = rows<{ page: string; residues: object[] }>(world, residuePages).map(({ page, residues: all }) => [
    page,
    all,
  ]);
  return { breaks: codes(world), pairs: pairs.toSorted(), cells: cells.toSorted(), residues: residues.toSorted() };
}
export const head = async (world: World) => (await world.store.head()).next;

export const month: readonly Say[] = [
  ...registers,
  assess(1, '2024-07-22', '1500'),
  issue(1, '2024-07-22', '1500'),
  pay(1, '2024-07-23', '1500'),
  putIn('d-1', '2024-07-23', '2024-07-24', '1500'),
  take('c-1', 'd-1', '2024-07-25', '1500'),
  assess(2, '2024-07-30', '2500'),
  issue(2, '2024-07-30', '2500'),
  assess(3, '2024-07-05', '900'),
  issue(3, '2024-07-05', '900'),
];
export const late: readonly Say[] = [pay(3, '2024-07-05', '900'), putIn('d-3', '2024-07-05', '2024-07-08', '900')];
