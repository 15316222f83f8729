/** The areas: their deciders, their routes, and what may be reported of each. */
import type { Type } from '@nestjs/common';
import type { Decider } from '../kernel/decider.js';
import { attribution } from './accountability/attribution.js';
import { AttributionController } from './accountability/attribution.controller.js';
import { caseFile } from './accountability/case.js';
import { AffairsController } from './accountability/affairs.controller.js';
import { conductBodies, leadBodies, recusalBodies } from './accountability/accountability.dto.js';
import { CasesController, ReviewsController } from './accountability/cases.controller.js';
import { caseBodies, reviewBodies } from './accountability/cases.dto.js';
import {
  document,
  DocumentsController,
  RegistersOfAccountabilityController,
} from './accountability/documents.controller.js';
import { lead } from './accountability/lead.js';
import { LeadsController, RecusalsController } from './accountability/leads.controller.js';
import { DocketController } from './accountability/docket.controller.js';
import { recusal } from './accountability/recusal.js';
import { authority, conduct, reporter } from './accountability/registers.js';
import { review } from './accountability/review.js';
import { calendarYear } from './calendar/calendar.js';
import { day } from './calendar/day.js';
import { CalendarController } from './calendar/calendar.controller.js';
import { ReportedChangeBody, ReportedYearBody } from './calendar/calendar.dto.js';
import { CatalogueController } from './catalogue/catalogue.controller.js';
import { exemptionBodies, itemBodies } from './catalogue/catalogue.dto.js';
import { exemption } from './catalogue/exemption.js';
import { ExemptionController } from './catalogue/exemption.controller.js';
import { item } from './catalogue/item.js';
import { centre } from './centres/centre.js';
import { CentresController, PostsController } from './centres/centres.controller.js';
import { centreBodies, postBodies } from './centres/centres.dto.js';
import { post } from './centres/post.js';
import { access } from './identity/access.js';
import { account, installation } from './identity/account.js';
import { AccountsController } from './identity/accounts.controller.js';
import { OidcController } from './identity/oidc.controller.js';
import { SessionController } from './identity/session.controller.js';
import { erasure } from './identity/erasure.js';
import { ErasureController } from './identity/erasure.controller.js';
import { accessBodies } from './identity/access.dto.js';
import { LooksController } from './identity/looks.controller.js';
import { AcceptancesController, MatterHistoryController } from './matters/history.controller.js';
import { matter } from './matters/matter.js';
import { MattersController } from './matters/matters.controller.js';
import { matterBodies } from './matters/matters.dto.js';
import { AuditController } from './money/audit.controller.js';
import { ResponsibilityController } from './matters/responsibility.controller.js';
import { credit, debit, deposit, payment, voucher } from './money/bank.js';
import { block } from './money/block.js';
import { moneyBreak } from './money/break.js';
import { fee } from './money/fee.js';
import { FeesController, RefundsController } from './money/fees.controller.js';
import { feeBodies, refundBodies } from './money/fees.dto.js';
import { payee } from './money/payee.js';
import { BankController } from './money/reading.controller.js';
import { receipt } from './money/receipt.js';
import { ReceiptsController, RemittancesController } from './money/receipts.controller.js';
import {
  creditBodies,
  debitBodies,
  depositBodies,
  paymentBodies,
  receiptBodies,
  remittanceBodies,
  voucherBodies,
} from './money/receipts.dto.js';
import { matches, pairing, period, reconciling, statement } from './money/reconciliation.js';
import { refund } from './money/refund.js';
import { BlocksController, CollectionAccountsController, FeeItemsController } from './money/registers.controller.js';
import { blockBodies, payeeBodies, tariffBodies } from './money/registers.dto.js';
import { PairingsController, ReconciliationController } from './money/reconciliation.controller.js';
import { BreaksController } from './money/breaks.controller.js';
import { periodBodies, statementBodies } from './money/reconciliation.dto.js';
import { remittance } from './money/remittance.js';
import { tariff } from './money/tariff.js';
import { finding } from './supervision/finding.js';
import { FindingsController } from './supervision/findings.controller.js';
import { pack } from './supervision/pack.js';
import { RulesController } from './supervision/rules.controller.js';

export const deciders: readonly Decider[] = [
  calendarYear,
  item,
  exemption,
  centre,
  post,
  matter,
  tariff,
  payee,
  fee,
  block,
  receipt,
  remittance,
  payment,
  deposit,
  credit,
  debit,
  voucher,
  refund,
  statement,
  matches,
  pairing,
  moneyBreak,
  period,
  reconciling,
  access,
  erasure,
  account,
  installation,
  day,
  finding,
  pack,
  lead,
  caseFile,
  attribution,
  review,
  recusal,
  document,
  conduct,
  authority,
  reporter,
];
export const controllers: readonly Type[] = [
  CalendarController,
  CatalogueController,
  ExemptionController,
  CentresController,
  PostsController,
  MatterHistoryController,
  AcceptancesController,
  MattersController,
  ResponsibilityController,
  FeeItemsController,
  CollectionAccountsController,
  BlocksController,
  FeesController,
  RefundsController,
  ReceiptsController,
  RemittancesController,
  BankController,
  AuditController,
  ReconciliationController,
  PairingsController,
  BreaksController,
  FindingsController,
  RulesController,
  AffairsController,
  AttributionController,
  LeadsController,
  RecusalsController,
  CasesController,
  ReviewsController,
  DocumentsController,
  RegistersOfAccountabilityController,
  DocketController,
  SessionController,
  OidcController,
  AccountsController,
  LooksController,
  ErasureController,
];

/** A decider, and the form of the data of each of its commands that may be reported. */
export type Reportable = Readonly<{ decider: Decider; bodies: Readonly<Record<string, new () => object>> }>;
/** By area, as the routes of reports name it. */
export const reportables: Readonly<Record<string, readonly Reportable[]>> = {
  matters: [{ decider: matter, bodies: matterBodies }],
  money: [
    { decider: tariff, bodies: tariffBodies },
    { decider: payee, bodies: payeeBodies },
    { decider: fee, bodies: feeBodies },
    { decider: block, bodies: blockBodies },
    { decider: receipt, bodies: receiptBodies },
    { decider: remittance, bodies: remittanceBodies },
    { decider: payment, bodies: paymentBodies },
    { decider: deposit, bodies: depositBodies },
    { decider: credit, bodies: creditBodies },
    { decider: debit, bodies: debitBodies },
    { decider: voucher, bodies: voucherBodies },
    { decider: refund, bodies: refundBodies },
    { decider: statement, bodies: statementBodies },
    { decider: period, bodies: periodBodies },
  ],
  catalogue: [
    { decider: item, bodies: itemBodies },
    { decider: exemption, bodies: exemptionBodies },
  ],
  centres: [
    { decider: centre, bodies: centreBodies },
    { decider: post, bodies: postBodies },
  ],
  calendar: [{ decider: calendarYear, bodies: { GazetteYear: ReportedYearBody, ChangeDay: ReportedChangeBody } }],
  access: [{ decider: access, bodies: accessBodies }],
  accountability: [
    { decider: lead, bodies: leadBodies },
    { decider: caseFile, bodies: caseBodies },
    { decider: review, bodies: reviewBodies },
    { decider: recusal, bodies: recusalBodies },
    { decider: conduct, bodies: conductBodies },
  ],
};
