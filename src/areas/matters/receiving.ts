/** From the first question to acceptance or refusal (收件受理). */
import { calendarRegister, type CalendarYearState } from '../../../projections/calendar.js';
import { postRegister } from '../../../projections/centres.js';
import { itemInForce, itemRegister, type ItemState } from '../../../projections/catalogue.js';
import type { Due } from '../../../projections/events/matters.js';
import { dueOf, type Limit } from '../../../projections/kernel/clock.js';
import { calendarIds, calendarOfYears } from '../../../projections/kernel/workdays.js';
import type { MatterState } from '../../../projections/matters.js';
import { type Context, limitEvent, type Needs } from '../../kernel/decider.js';
import * as guards from './guards.js';
import { asHolder, BEFORE, type DataOf, itemRefs, OVER, type Rules, RUNNING, simply } from './rules.js';

type ItemFacts = { readonly item: ItemState | null };
type AcceptFacts = ItemFacts & { readonly years: readonly CalendarYearState[] };

/** How far a due day may lie: three years of calendars are folded. */
const YEARS_AHEAD = 1;

const itemNeed = (data: { itemCode?: string }, _: Context, state: MatterState): Needs => {
  const id = data.itemCode ?? state.itemCode;
  return { item: id ? { of: itemRegister, id } : null };
};
const yearsNeed = (on: string, { region }: Context): Needs => ({
  years: calendarIds(region, Number(on.slice(0, 4)), Number(on.slice(0, 4)) + YEARS_AHEAD).map((id) => ({
    of: calendarRegister,
    id,
  })),
});
function due(
  limit: Limit | null,
  { on, region }: Pick<Context, 'on' | 'region'>,
  years: readonly CalendarYearState[],
): Due | null {
  if (!limit) return null;
  const { due: last, provisional } = dueOf(on, limit, calendarOfYears(region, years));
  return { limit, from: on, on: last, provisional, region };
}

export const receiving: Pick<
  Rules,
  | 'OpenInquiry'
  | 'AnswerInquiry'
  | 'ReceiveMaterials'
  | 'CheckMaterials'
  | 'RequestCorrection'
  | 'SubmitCorrection'
  | 'AcceptMatter'
  | 'RefuseMatter'
  | 'PassLimit'
> = {
  OpenInquiry: simply<DataOf<'OpenInquiry'>>('首问登记', 'open an inquiry', ['none'], (data, _, context) => ({
    type: 'InquiryOpened',
    data: {
      subject: data.subject,
      itemCode: data.itemCode ?? null,
      responsible: data.responsible ?? asHolder(context.by),
      inquirer: data.inquirer ?? null,
    },
    refs: itemRefs(data.itemCode),
  })),
  AnswerInquiry: simply<DataOf<'AnswerInquiry'>>('答复询问', 'answer the inquiry', ['inquired'], (data) => ({
    type: 'InquiryAnswered',
    data,
  })),
  ReceiveMaterials: {
    says: { zh: '收件', en: 'receive materials' },
    from: ['none', 'inquired'],
    guards: [],
    needs: itemNeed,
    events: (data, state, context: Context & ItemFacts) => {
      const itemCode = data.itemCode ?? state.itemCode;
      return [
        {
          type: 'MaterialsReceived',
          data: {
            itemCode,
            itemVersion: (context.item && itemInForce(context.item, context.on)?.version) ?? null,
            receiptNo: data.receiptNo ?? null,
            materials: data.materials,
            applicant: data.applicant ?? null,
            ...(data.subjectKey !== undefined && { subjectKey: data.subjectKey }),
            holder: asHolder(context.by),
          },
          refs: [
            ...itemRefs(itemCode),
            ...(data.applicant?.personId ? [{ type: 'person', id: data.applicant.personId, role: 'applicant' }] : []),
          ],
        },
      ];
    },
  },
  CheckMaterials: {
    says: { zh: '核对材料', en: 'check the materials' },
    from: ['received'],
    guards: [],
    needs: (_, context, state) => itemNeed({}, context, state),
    events: ({ gaps }, _, context: Context & ItemFacts) => [
      {
        type: 'MaterialsChecked',
        data: { gaps, itemVersion: (context.item && itemInForce(context.item, context.on)?.version) ?? null },
      },
    ],
  },
  RequestCorrection: simply<DataOf<'RequestCorrection'>>(
    '一次性告知补正',
    'ask for all corrections at once',
    ['received'],
    ({ gaps, servedBy, deadlineOn = null, noticeNo = null }) => ({
      type: 'CorrectionRequested',
      data: { gaps, servedBy, deadlineOn, noticeNo },
    }),
    guards.askedOnce,
  ),
  SubmitCorrection: simply<DataOf<'SubmitCorrection'>>('提交补正', 'hand in corrections', ['correcting'], (data) => ({
    type: 'CorrectionSubmitted',
    data,
  })),
  AcceptMatter: {
    says: { zh: '受理', en: 'accept' },
    from: [...BEFORE, ...RUNNING, ...OVER], // the guard names the first acceptance
    guards: [
      guards.notAcceptedYet,
      guards.itemInForceThen,
      guards.postMayAccept,
      guards.standsThere,
      guards.materialsComplete,
    ],
    needs: (data, context, state) => ({
      ...itemNeed(data, context, state),
      post: context.by.post === undefined ? null : { of: postRegister, id: context.by.post },
      ...yearsNeed(context.on, context),
    }),
    events: (data, state, context: Context & AcceptFacts) => {
      const version = context.item && itemInForce(context.item, context.on);
      const itemCode = data.itemCode ?? state.itemCode;
      return [
        {
          type: 'MatterAccepted',
          data: {
            itemCode,
            itemVersion: version?.version ?? null,
            acceptanceNo: data.acceptanceNo ?? null,
            on: context.on,
            mode: data.mode ?? 'full',
            promisedGaps: data.promisedGaps ?? [],
            statutory: due(version?.statutory ?? null, context, context.years),
            promised: due(version?.promised ?? null, context, context.years),
            centre: context.place?.org ?? null,
            window: context.place?.window ?? null,
          },
          refs: itemRefs(itemCode),
          legalBasis: version?.legalBasis ?? [],
        },
      ];
    },
  },
  RefuseMatter: simply<DataOf<'RefuseMatter'>>(
    '不予受理',
    'refuse to accept',
    ['inquired', 'received', 'correcting'],
    ({ itemCode, reasons, remedies = null, rightAuthority = null }, state) => ({
      type: 'MatterRefused',
      data: { itemCode: itemCode ?? state.itemCode, reasons, remedies, rightAuthority },
    }),
    guards.remediesTold,
  ),
  PassLimit: {
    says: { zh: '时限届满', en: 'a limit passed' },
    from: 'any',
    guards: [],
    needs: ({ limit, start }, context, state) =>
      limit === 'notice' ? { ...itemNeed({}, context, state), ...yearsNeed(start, context) } : {},
    events: (data, state, context: Context & AcceptFacts) => {
      const passed = limitEvent('LimitPassed', data);
      if (data.limit !== 'notice' || state.accepted) return [passed];
      // Licensing Law art. 32(4): no gap was told in time, so it counts as accepted from the day of receipt.
      const { start: on } = data;
      const version = context.item && itemInForce(context.item, on);
      const from = { on, region: context.region };
      const dues = {
        statutory: due(version?.statutory ?? null, from, context.years),
        promised: due(version?.promised ?? null, from, context.years),
      };
      return [
        passed,
        {
          type: 'AcceptanceDeemed',
          data: { on, ...dues },
          legalBasis: ['行政许可法 art. 32(1)(4)'],
          derived: { rule: 'limits', version: 1, by: 'deadlines' },
        },
      ];
    },
  },
};
