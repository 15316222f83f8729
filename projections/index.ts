/** The table of all read models. An area adds what it exports here; the order is found from what each uses. */
import { caseCards, documentVersions, leadCards, reviewCards } from './accountability/cards.js';
import { affairActs, standings } from './accountability/acts.js';
import { involvements } from './accountability/involved.js';
import { comparables } from './accountability/comparable.js';
import { conductRows, sayings } from './accountability/sayings.js';
import { upheldFindings } from './accountability/upheld.js';
import { accountDays } from './account-days.js';
import { accounts } from './accounts.js';
import { calendarDays, calendarYears } from './calendar.js';
import { blocks, stockPages } from './blocks.js';
import { blockUses } from './block-uses.js';
import { breaks } from './breaks.js';
import { clerkMonths } from './clerk-months.js';
import { itemVersions } from './catalogue.js';
import { itemEntries, itemMoves } from './entries.js';
import { centreWindows, posts } from './centres.js';
import { exemptions } from './exemptions.js';
import type { Projection } from './kernel/projection.js';
import { acceptances } from './acceptances.js';
import { deadlines } from './deadlines.js';
import { docket, docketHolders } from './docket.js';
import { fees } from './fees.js';
import { findings } from './findings.js';
import { accessGrants } from './grants.js';
import { looks } from './looks.js';
import { matchDays, pairings } from './matches.js';
import { matterCards } from './matter-cards.js';
import { packs } from './packs.js';
import { payees } from './payees.js';
import { deposits } from './deposits.js';
import { credits, debits, payments, remittances, vouchers } from './payments.js';
import { placedActs, placeDays } from './places.js';
import { receiptLines } from './receipt-lines.js';
import { receipts } from './receipts.js';
import { periods, reconciliationRuns, residuePages, tieOuts } from './reconciliation.js';
import { refunds } from './refunds.js';
import { regions } from './regions.js';
import { registrations } from './registrations.js';
import { statements } from './statements.js';
import { type RuleTable, standard } from './rules/index.js';
import { feeItems, tariffsSaid } from './tariffs.js';

export const projectionsFor = ({ verdictTables }: RuleTable): readonly Projection<any, any, any>[] => [
  calendarYears,
  calendarDays,
  itemVersions,
  itemMoves,
  itemEntries,
  exemptions,
  centreWindows,
  posts,
  acceptances,
  matterCards,
  feeItems,
  tariffsSaid,
  payees,
  fees,
  blocks,
  stockPages,
  receipts,
  receiptLines,
  clerkMonths,
  blockUses,
  remittances,
  payments,
  deposits,
  credits,
  debits,
  vouchers,
  refunds,
  accountDays,
  statements,
  matchDays,
  pairings,
  breaks,
  periods,
  tieOuts,
  residuePages,
  reconciliationRuns,
  regions,
  leadCards,
  caseCards,
  reviewCards,
  documentVersions,
  involvements,
  comparables,
  upheldFindings,
  affairActs,
  standings,
  sayings,
  conductRows,
  deadlines,
  docket,
  docketHolders,
  placedActs,
  placeDays,
  registrations,
  packs,
  looks,
  accessGrants,
  ...verdictTables,
  findings,
  accounts,
];
export const projections = projectionsFor(standard);
