/** Stock of receipts (票据号段): who has which numbers, and which of them are used, back or destroyed. */
import type { BlockEvent, ReceiptForm } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { type Look, projection } from './kernel/projection.js';
import { asEvents, following, retold, type Said, saidIn } from './told-anew.js';
import { codeOfReceipt, isWithin, numberOfReceipt, pagesOf, pageOf, type Numbers } from './receipt-numbers.js';

type Range = Numbers & Readonly<{ event: string }>;
export type Block = {
  /** `<code>-<first number>` */
  block: string;
  code: string;
  first: string;
  last: string;
  form: ReceiptForm;
  status: 'printed' | 'issued' | 'written-off';
  org: string | null;
  issuedOn: string | null;
  writtenOffOn: string | null;
  /** Returned or destroyed: not on hand, and not to be used. */
  back: readonly Range[];
  /** The event by which the last of what was said of it was taken back. */
  withdrawn: string | null;
  said: readonly Said[];
  events: readonly string[];
};
/** Whatever order reports arrive in: what is not known yet is as if it had been printed without end. */
function blockAfter(before: Block | undefined, event: Recorded<BlockEvent>): Block | undefined {
  const block = idOf('block')(event);
  const first = numberOfReceipt(block);
  const known: Block = before ?? {
    block,
    code: codeOfReceipt(block),
    first,
    last: first,
    form: 'paper',
    status: 'printed',
    org: null,
    issuedOn: null,
    writtenOffOn: null,
    back: [],
    withdrawn: null,
    said: [],
    events: [],
  };
  const row = { ...known, events: [...known.events, event.id] };
  switch (event.type) {
    case 'BlockPrinted':
      return { ...row, last: event.data.to, form: event.data.form };
    case 'BlockIssued':
      return {
        ...row,
        status: row.status === 'printed' ? 'issued' : row.status,
        org: event.data.org,
        issuedOn: event.data.on,
      };
    case 'BlockReturned':
    case 'BlockDestroyed': {
      const { first: from, last } = event.data;
      return { ...row, back: [...row.back, { first: from, last, event: event.id }] };
    }
    case 'BlockWrittenOff':
      return { ...row, status: 'written-off', writtenOffOn: event.data.on };
    default:
      return before;
  }
}
export type BlockState = Status & { readonly status: 'none' | Block['status']; readonly block: Block | null };
export const blockRegister: Fold<BlockState, BlockEvent> = following<BlockState, BlockEvent>({
  category: 'block',
  initial: { status: 'none', block: null },
  evolve: (state, event) => {
    const block = blockAfter(state.block ?? undefined, event);
    if (!block) return state;
    const since = block.status === state.status ? state.since : event.id;
    return { status: block.status, block, ...(since !== undefined && { since }) };
  },
});
/** As its sources tell all of it now. Of what nobody says any more the row stays as it was, marked. */
function blockTold(row: Block | undefined, event: Recorded<BlockEvent>): Block | null {
  const before = row?.said ?? [];
  const said = event.type === 'SourceRowChanged' ? retold(before, event) : [...before, saidIn(event)];
  if (said === before) return row ?? null;
  const standing = said.filter(({ gone }) => gone === null);
  if (standing.length === 0) return { ...row!, withdrawn: event.id, said };
  const events = asEvents<BlockEvent>(standing, event.stream);
  return { ...events.reduce<Block | undefined>(blockAfter, undefined)!, said };
}

const blockOf = idOf('block');
const BLOCK_EVENTS = [
  'BlockPrinted',
  'BlockIssued',
  'BlockReturned',
  'BlockDestroyed',
  'BlockWrittenOff',
  'SourceRowChanged',
] as const;
export const blocks = projection<BlockEvent>()<Block>({
  name: 'receipt_block',
  version: 2,
  key: 'block',
  columns: {
    block: 'text',
    code: 'text',
    first: 'text',
    last: 'text',
    form: 'text',
    status: 'text',
    org: 'text',
    issuedOn: 'date',
    writtenOffOn: 'date',
    back: 'jsonb',
    withdrawn: 'text',
    said: 'jsonb',
    events: 'jsonb',
  },
  indexes: { byOrg: ['org', 'status'], byCode: ['code', 'first'] },
  uses: {},
  on: Object.fromEntries(BLOCK_EVENTS.map((type) => [type, { keys: idIn('block'), fold: blockTold }])) as never,
});

type Page = { id: string; blocks: readonly string[] };
/** Which blocks a number may be in, without looking at all of them. */
export const stockPages = projection<BlockEvent>()<Page>({
  name: 'stock_page',
  version: 2,
  key: 'id',
  columns: { id: 'text', blocks: 'jsonb' },
  uses: {},
  on: {
    BlockPrinted: {
      keys: (event) => {
        const id = blockOf(event);
        const [code, first] = [codeOfReceipt(id), numberOfReceipt(id)];
        return pagesOf(code, { first, last: event.data.to });
      },
      fold: (row, event, _look, id) => withBlock(row, event, id),
    },
    /** A block that is told to end elsewhere stays on the pages that it was on: it is looked up there, and is not found. */
    SourceRowChanged: {
      keys: (event) => {
        const last = event.data.after?.['to'];
        if (last == null || idIn('block')(event).length === 0) return [];
        const id = blockOf(event);
        return pagesOf(codeOfReceipt(id), { first: numberOfReceipt(id), last });
      },
      fold: (row, event, _look, id) => withBlock(row, event, id),
    },
  },
});
function withBlock(row: Page | undefined, event: Recorded, id: string): Page {
  return { id, blocks: [...new Set([...(row?.blocks ?? []), blockOf(event)])] };
}
export type Stock = { blocks: typeof blocks; stockPages: typeof stockPages };
/** Blocks of the unit, issued to it or not. */
export const blocksOfUnit = (
  org: string | null,
  { blocks: rows }: Look<{ blocks: typeof blocks }>,
): readonly Block[] => (org === null ? [] : rows.range('byOrg', [org]));
/** Blocks that the unit was issued after a day. */
export const drawnAfter = (org: string | null, on: string, look: Look<{ blocks: typeof blocks }>): readonly Block[] =>
  blocksOfUnit(org, look).filter(({ issuedOn }) => issuedOn !== null && issuedOn > on);
/** Blocks that a receipt's number lies in. */
export const blocksOf = (receipt: string, look: Look<Stock>): readonly Block[] => {
  const [code, number] = [codeOfReceipt(receipt), numberOfReceipt(receipt)];
  return (look.stockPages.get(pageOf(code, number))?.blocks ?? [])
    .flatMap((id) => look.blocks.get(id) ?? [])
    .filter((block) => isWithin(number, block));
};
