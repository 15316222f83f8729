/** 票据: numbers that are missing, used twice, of no block, out of order, and blocks that nobody accounts for. */
import { blocks, blocksOf, blocksOfUnit, drawnAfter, stockPages } from '../blocks.js';
import { blockUses, gapsOf } from '../block-uses.js';
import { deadlines } from '../deadlines.js';
import { addDays, compareInstants } from '../kernel/instant.js';
import { idIn, idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule } from '../kernel/rule.js';
import { GAP, STOCK } from '../limit-parameters.js';
import { gapLimit, gapsAmong } from '../money-limits.js';
import { stockBreaks } from '../money-near.js';
import { countOf } from '../receipt-numbers.js';
import { type ReceiptRow, receipts } from '../receipts.js';

const LOCAL = '初始值，由地方规则包确定 initial, for a rule pack to set';
export const RECEIPT_LAW = '财政违法行为处罚处分条例 art. 16';
const blockOf = idIn('block');
export const aboutReceipt = ({ on, org, placeKind, centre, lines }: ReceiptRow) => ({
  on,
  org,
  placeKind,
  centre,
  matterId: lines[0]?.matterId ?? null,
  itemCode: lines[0]?.itemCode ?? null,
});
const STOCKED = { receipts, blocks, stockPages, blockUses, deadlines } as const;
type Stocked = Look<typeof STOCKED>;

/** The number of the red receipt that took one back, as far as it is known. */
const redOf = (event: Recorded, look: Look<{ receipts: typeof receipts }>) =>
  [look.receipts.get(idOf('receipt')(event))?.red ?? []].flat();
/** Its own, and that of the red one, which may have been told before. */
const numbersOf = (event: Recorded, look: Look<{ receipts: typeof receipts }>) => [
  idOf('receipt')(event),
  ...redOf(event, look),
];
const gapsIn = (block: string, look: Stocked): readonly string[] =>
  gapsAmong(look.deadlines.get(`block-${block}`)?.limits ?? {}).map((first) => `${block} ${first}`);
const gapsOver = (receipt: string, look: Stocked) =>
  blocksOf(receipt, look).flatMap(({ block }) => gapsIn(block, look));
const gapsTouched = (event: Recorded, look: Stocked) => [blockOf(event)].flat().flatMap((block) => gapsIn(block, look));

export const receiptGap = rule({
  id: GAP.id,
  version: 1,
  title: { zh: '票号断号', en: 'numbers unaccounted for' },
  definition: {
    zh: '已领用号段中的号码未使用、作废、退回或销毁，而后面的号码使用已满期限；号段已核销的立即认定，为红色（BK-15）。',
    en: 'A number of an issued block was neither used nor returned nor destroyed, and the days since the next number was used are over; of a block that is written off at once, and red (BK-15).',
  },
  basis: `${RECEIPT_LAW}; 深圳市财政票据管理`,
  severity: 'yellow',
  parameters: GAP.parameters,
  tests: {
    accountedFor: { zh: '已使用、退回或销毁', en: 'used, returned or destroyed', clears: true },
    writtenOff: { zh: '号段已核销', en: 'the block is written off', clears: false },
  },
  uses: STOCKED,
  again: {
    LimitPassed: gapsTouched,
    LimitLifted: gapsTouched,
    BlockPrinted: gapsTouched,
    BlockIssued: gapsTouched,
    BlockReturned: gapsTouched,
    BlockDestroyed: gapsTouched,
    BlockWrittenOff: gapsTouched,
    ReceiptIssued: (event, look) => numbersOf(event, look).flatMap((number) => gapsOver(number, look)),
    ReceiptRedReversed: (event, look) => redOf(event, look).flatMap((number) => gapsOver(number, look)),
  },
  judge: (subject, look, parameters) => {
    const [name, first] = subject.split(' ') as [string, string];
    const limit = look.deadlines.get(`block-${name}`)?.limits[gapLimit(first)];
    const block = look.blocks.get(name);
    if (!block || limit?.passed == null) return null;
    parameters(limit.start); // by which its last day was counted
    const gap = gapsOf(block, look.blockUses.get(name)).find((each) => each.first === first);
    if (!gap) return null;
    const writtenOff = block.status === 'written-off';
    return {
      result: 'violation',
      certain: true,
      severity: writtenOff ? 'red' : 'yellow',
      about: { ...NOTHING_KNOWN, on: limit.start, org: block.org },
      evidence: [limit.from, limit.passed],
      tested: { accountedFor: false, writtenOff },
      missing: [],
      details: { break: `BK-15 ${block.code}-${first}`, first, last: gap.last, count: Number(countOf(gap)) },
    };
  },
});

const STOCK_OF = { receipts, blocks, stockPages } as const;
export const numberUsedTwice = rule({
  id: 'RC-02',
  version: 1,
  title: { zh: '重号', en: 'number used twice' },
  definition: {
    zh: '同一票据代码和号码使用两次以上，含用作红字票据的（BK-16）。',
    en: 'A receipt of the same code and number was issued more than once, or a red one has its number (BK-16).',
  },
  basis: RECEIPT_LAW,
  severity: 'red',
  parameters: {},
  tests: { usedOnce: { zh: '仅使用一次', en: 'used once', clears: true } },
  uses: STOCK_OF,
  again: {
    ReceiptIssued: numbersOf,
    ReceiptRedReversed: redOf,
  },
  judge: (id, look) => {
    const row = look.receipts.get(id);
    const twice = row && stockBreaks(row, look).find(({ code }) => code === 'BK-16');
    if (!twice) return null;
    const reds = look.receipts.range('byRed', [id], [id]).map(({ ended }) => ended!);
    return {
      result: 'violation',
      certain: true,
      severity: 'red',
      about: aboutReceipt(row),
      evidence: [...row.issued, ...reds],
      tested: { usedOnce: false },
      missing: [],
      details: { break: `BK-16 ${id}`, uses: Number(twice.details!['uses']) },
    };
  },
});

/** Receipts whose numbers lie in the block. */
const inBlock = (event: Recorded, look: Look<typeof STOCK_OF>) => {
  const { code, first, last } = look.blocks.get(idOf('block')(event))!;
  return look.receipts.range('byNumber', [code, first], [code, last]).map(({ receipt }) => receipt);
};
export const outOfBlock = rule({
  id: 'RC-03',
  version: 1,
  title: { zh: '号段外', en: 'outside any block of the unit' },
  definition: {
    zh: '票号不在该单位当时已领用的任何号段内（BK-17）。开票单位不明的无法判断。',
    en: 'The number is of no block that was issued to this unit by then (BK-17). Where the unit is not known it cannot be judged.',
  },
  basis: RECEIPT_LAW,
  severity: 'red',
  parameters: {},
  tests: {
    inStock: { zh: '号码在已登记的号段内', en: 'the number is of a registered block', clears: true },
    ofUnit: { zh: '号段由该单位领用', en: 'the block was issued to this unit', clears: true },
    issuedByThen: { zh: '当时已领用', en: 'issued by then', clears: true },
  },
  uses: STOCK_OF,
  again: { ReceiptIssued: idOf('receipt'), BlockPrinted: inBlock, BlockIssued: inBlock },
  judge: (id, look) => {
    const row = look.receipts.get(id);
    if (!row) return null;
    const known = {
      certain: true,
      severity: 'red',
      about: aboutReceipt(row),
      evidence: row.issued.slice(0, 1),
    } as const;
    if (row.org === null) return { ...known, result: 'undetermined', tested: {}, missing: ['org'] };
    if (!stockBreaks(row, look).some(({ code }) => code === 'BK-17')) return null;
    const [block] = blocksOf(id, look);
    const tested = {
      inStock: block !== undefined,
      ...(block && {
        ofUnit: block.org === row.org,
        issuedByThen: block.issuedOn! <= row.on,
      }),
    };
    return {
      ...known,
      result: 'violation',
      tested,
      missing: [],
      details: { break: `BK-17 ${id}`, issuedTo: block?.org ?? null },
    };
  },
});

const hundredOf = ({ code, hundred, handler }: ReceiptRow) => `${code} ${hundred} ${handler ?? ''}`;
export const outOfOrder = rule({
  id: 'RC-04',
  version: 1,
  title: { zh: '跳号逆序', en: 'numbers out of order' },
  definition: {
    zh: '同一票据代码每百号内、同一开票人，开票时间早于前面号码的超过允许张数；再多的升为黄色。开票人不明的无法判断。',
    en: 'Of each hundred numbers of a code one handler issued more than the number allowed earlier than a number before them; yellow where there are more still. Where nobody knows who issued them it cannot be judged.',
  },
  basis: '深圳市财政票据管理（按号码顺序使用）',
  severity: 'info',
  parameters: {
    allowed: { value: 2, says: { zh: '允许逆序（张）', en: 'out of order, allowed' }, source: LOCAL, grade: 'D' },
    yellowOver: { value: 5, says: { zh: '超过即为黄色（张）', en: 'yellow above' }, source: LOCAL, grade: 'D' },
  },
  tests: { inOrder: { zh: '基本按号码顺序开具', en: 'issued in the order of numbers', clears: true } },
  uses: { receipts },
  again: { ReceiptIssued: (event, look) => hundredOf(look.receipts.get(idOf('receipt')(event))!) },
  judge: (subject, look, parameters) => {
    const [code, hundred, handler] = subject.split(' ') as [string, string, string];
    const rows = look.receipts.range('byHundred', [code, hundred, handler || null]);
    if (rows.length === 0) return null;
    let latest = rows[0]!;
    const late: ReceiptRow[] = [];
    for (const row of rows)
      if (compareInstants(row.at, latest.at) < 0) late.push(row);
      else latest = row;
    const { allowed, yellowOver } = parameters(latest.on);
    const { org, on, placeKind, centre } = latest;
    const known = { certain: true, about: { ...NOTHING_KNOWN, on, org, placeKind, centre } };
    if (handler === '')
      return {
        ...known,
        result: 'undetermined',
        severity: 'info',
        evidence: [latest.issued[0]!],
        tested: {},
        missing: ['handler'],
      };
    if (late.length === 0) return null;
    return {
      ...known,
      result: late.length > allowed ? 'violation' : 'cleared',
      severity: late.length > yellowOver ? 'yellow' : 'info',
      evidence: late.map(({ issued }) => issued[0]!).slice(0, 20),
      tested: { inOrder: late.length <= allowed },
      missing: [],
      details: { outOfOrder: late.length, of: rows.length },
    };
  },
});

const DRAWN = { blocks, receipts, deadlines } as const;
type Drawn = Look<typeof DRAWN>;
const HELD = 'held ';
const DRAW = 'draw ';
const drawsAfter = (event: Recorded, look: Drawn) => {
  const { org, on } = look.receipts.get(idOf('receipt')(event))!;
  return drawnAfter(org, on, look).map(({ block }) => `${DRAW}${block}`);
};
const heldOf = (event: Recorded) => [blockOf(event)].flat().map((block) => `${HELD}${block}`);
/** The block, and the others of its unit. */
const drawsOf = (event: Recorded, look: Drawn) => {
  const { org } = look.blocks.get(idOf('block')(event))!;
  return blocksOfUnit(org, look).map(({ block }) => `${DRAW}${block}`);
};
export const notWrittenOff = rule({
  id: STOCK.id,
  version: 1,
  title: { zh: '票据逾期未核销', en: 'block not written off, or drawn beyond need' },
  definition: {
    zh: '号段领用满规定月数仍未核销；或一次领用的张数多于该单位此前同样天数内的用量。该单位领用不满该天数的，用量不作判断。',
    en: 'So many months after it was issued a block is not written off; or a unit drew more numbers at once than it had used in as many days before. The use of a unit that has not had blocks for so long is not judged.',
  },
  basis: '财政票据管理办法; 深圳市财政局（限量领用、验旧换新）; 非税票据审计',
  severity: 'yellow',
  parameters: STOCK.parameters,
  tests: {
    writtenOff: { zh: '期限内已核销', en: 'written off in time', clears: true },
    withinUse: { zh: '不多于此前用量', en: 'not more than was used before', clears: true },
  },
  uses: DRAWN,
  again: {
    LimitPassed: heldOf,
    LimitLifted: heldOf,
    BlockWrittenOff: heldOf,
    BlockIssued: (event, look) => [...heldOf(event), ...drawsOf(event, look)],
    BlockPrinted: drawsOf,
    ReceiptIssued: drawsAfter,
  },
  judge: (subject, look, parameters) => {
    const name = subject.slice(HELD.length);
    const block = look.blocks.get(name);
    if (block?.issuedOn == null) return null;
    const { org, issuedOn, events, first, last } = block;
    const known = { result: 'violation', certain: true, severity: 'yellow', missing: [] } as const;
    const { drawDays } = parameters(issuedOn);
    const about = { ...NOTHING_KNOWN, on: issuedOn, org };
    if (subject.startsWith(HELD)) {
      const limit = look.deadlines.get(`block-${name}`)?.limits['outstanding'];
      if (limit?.passed == null) return null;
      const details = { due: limit.due, writtenOffOn: limit.doneOn };
      return { ...known, about, evidence: [limit.from, limit.passed], tested: { writtenOff: false }, details };
    }
    const since = addDays(issuedOn, -drawDays);
    if (!blocksOfUnit(org, look).some((other) => other.issuedOn! <= since)) return null;
    const used = look.receipts.range('byOrg', [org, since], [org, addDays(issuedOn, -1)]).length;
    const drawn = Number(countOf({ first, last }));
    if (drawn <= used) return null;
    return { ...known, about, evidence: events, tested: { withinUse: false }, details: { drawn, used } };
  },
});

export const handlerChecks = rule({
  id: 'RC-07',
  version: 1,
  title: { zh: '经办复核同人', en: 'handler checks his own receipt' },
  definition: {
    zh: '票据的开票人与复核人为同一人。已生效而不知开票人或复核人的无法判断。',
    en: 'A receipt was issued and checked by the same person. Of one that is complete, and of which nobody knows who issued or checked it, it cannot be judged.',
  },
  basis: '财政电子票据（开票人、复核人）; 内部控制（不相容岗位分离）',
  severity: 'yellow',
  parameters: {},
  tests: { twoPeople: { zh: '两人办理', en: 'two people', clears: true } },
  uses: { receipts },
  again: {
    ReceiptIssued: idOf('receipt'),
    ReceiptChecked: idOf('receipt'),
    ReceiptCompleted: idOf('receipt'),
  },
  judge: (id, look) => {
    const row = look.receipts.get(id);
    if (!row) return null;
    const { handler, checker, issued, completedOn } = row;
    const missing = [...(handler === null ? ['handler'] : []), ...(checker === null ? ['checker'] : [])];
    const known = {
      certain: true,
      severity: 'yellow',
      about: aboutReceipt(row),
      evidence: issued.slice(0, 1),
    } as const;
    if (missing.length > 0)
      return completedOn === null ? null : { ...known, result: 'undetermined', tested: {}, missing };
    if (handler !== checker) return null;
    return { ...known, result: 'violation', tested: { twoPeople: false }, missing };
  },
});
