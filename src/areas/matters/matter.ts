/** The life of a matter (办件), from the first question to delivery: streams `matter-<id>`. */
import type { MatterEvent } from '../../../projections/events/matters.js';
import { type MatterState, matterRegister } from '../../../projections/matters.js';
import type { Decider } from '../../kernel/decider.js';
import type { MatterCommand } from './commands.js';
import * as guards from './guards.js';
import { receiving } from './receiving.js';
import { responsibility } from './responsibility.js';
import { ALL, type DataOf, holderOf, holderRefs, itemRefs, OPEN, OVER, type Rules, RUNNING, simply } from './rules.js';

const inHand: Pick<
  Rules,
  | 'AssignHolder'
  | 'OfferHandOver'
  | 'AcceptHandOver'
  | 'DeclineHandOver'
  | 'ReturnHandOver'
  | 'StartStep'
  | 'FinishStep'
> = {
  AssignHolder: simply<DataOf<'AssignHolder'>>('确定承办', 'assign the holder', OPEN, (data, { holder }) => ({
    type: 'HolderAssigned',
    data: { holder: data.holder, before: holder, step: data.step ?? null, inferred: data.inferred ?? false },
    refs: holderRefs(data.holder, 'holder'),
  })),
  OfferHandOver: simply<DataOf<'OfferHandOver'>>(
    '移送',
    'offer to another side',
    ['inquired', ...OPEN],
    ({ to, reason, step = null }) => ({
      type: 'HandOverOffered',
      data: { to, reason, step },
      refs: holderRefs(to, 'offered-to'),
    }),
    guards.notOffered,
  ),
  AcceptHandOver: simply<DataOf<'AcceptHandOver'>>(
    '接收移送',
    'take what is offered',
    ['inquired', ...OPEN],
    (data, state, context) => ({
      type: 'HandOverAccepted',
      data: { holder: holderOf(data, context), before: state.holder },
      refs: holderRefs(holderOf(data, context), 'holder'),
    }),
    guards.offered,
    guards.answersForItself,
  ),
  DeclineHandOver: simply<DataOf<'DeclineHandOver'>>(
    '拒收移送',
    'decline what is offered',
    ['inquired', ...OPEN],
    (data) => ({ type: 'HandOverDeclined', data }),
    guards.offered,
    guards.answersForItself,
  ),
  ReturnHandOver: simply<DataOf<'ReturnHandOver'>>(
    '退回移送',
    'send back what was handed over',
    ['inquired', ...OPEN],
    ({ reason }, { holder, heldBefore }) => ({
      type: 'HandOverReturned',
      data: { reason, holder: heldBefore, before: holder },
    }),
    guards.handedOver,
  ),
  StartStep: simply<DataOf<'StartStep'>>('开始环节', 'start a step', OPEN, ({ step, name = null }) => ({
    type: 'StepStarted',
    data: { step, name },
  })),
  FinishStep: simply<DataOf<'FinishStep'>>(
    '完成环节',
    'finish a step',
    OPEN,
    ({ step, name = null, role = null, opinion = null, text = null, proposes, received }, { opinions }, { way }) => {
      const before = received ?? (way === 'act' && opinion !== null ? opinions : undefined);
      return {
        type: 'StepFinished',
        data: {
          step,
          name,
          role,
          opinion,
          text,
          ...(proposes !== undefined && { proposes }),
          ...(before !== undefined && { received: before }),
        },
      };
    },
  ),
};

const time: Pick<
  Rules,
  'PauseMatter' | 'ResumeMatter' | 'RequestExtension' | 'ApproveExtension' | 'DenyExtension' | 'TellApplicant'
> = {
  PauseMatter: simply<DataOf<'PauseMatter'>>(
    '启动特别程序',
    'start a special procedure',
    ['accepted'],
    ({ kind, reason, basis = null, declaredEnd = null, told = null }) => ({
      type: 'MatterPaused',
      data: { kind, reason, basis, declaredEnd, told },
    }),
    guards.pauseDeclared,
  ),
  ResumeMatter: simply<DataOf<'ResumeMatter'>>('结束特别程序', 'end it', ['paused'], ({ result = null }) => ({
    type: 'MatterResumed',
    data: { result },
  })),
  RequestExtension: simply<DataOf<'RequestExtension'>>('申请延期', 'ask for more time', RUNNING, (data) => ({
    type: 'ExtensionRequested',
    data,
  })),
  ApproveExtension: simply<DataOf<'ApproveExtension'>>(
    '批准延期',
    'approve more time',
    RUNNING,
    ({ limit, level, reason, document = null, told = null }, { extension }) => ({
      type: 'ExtensionApproved',
      data: {
        limit: limit ?? extension?.limit ?? { n: 0, unit: 'working-day' },
        level,
        reason: reason ?? extension?.reason ?? '',
        document,
        told,
      },
    }),
    guards.extensionAsked,
    guards.headApproves,
  ),
  DenyExtension: simply<DataOf<'DenyExtension'>>(
    '不批准延期',
    'deny more time',
    RUNNING,
    (data) => ({ type: 'ExtensionDenied', data }),
    guards.extensionAsked,
  ),
  TellApplicant: simply<DataOf<'TellApplicant'>>('告知申请人', 'tell the applicant', RUNNING, (data) => ({
    type: 'ApplicantTold',
    data,
  })),
};

const together: Pick<
  Rules,
  | 'OpenJointHandling'
  | 'GiveJointOpinion'
  | 'CountAbsence'
  | 'StartEarlyInvolvement'
  | 'NotifyHearing'
  | 'HoldHearing'
  | 'VisitSite'
> = {
  OpenJointHandling: simply<DataOf<'OpenJointHandling'>>('启动并联审批', 'open joint handling', RUNNING, (data) => ({
    type: 'JointHandlingOpened',
    data,
    refs: data.members.map(({ org }) => ({ type: 'org', id: org, role: 'joint' })),
  })),
  GiveJointOpinion: simply<DataOf<'GiveJointOpinion'>>(
    '出具并联意见',
    'give a joint opinion',
    RUNNING,
    ({ org, opinion, text = null }) => ({
      type: 'JointOpinionGiven',
      data: { org, opinion, text, late: null },
    }),
    guards.isMember,
    guards.speaksForItself,
  ),
  CountAbsence: simply<DataOf<'CountAbsence'>>(
    '缺席默认',
    'count absence as agreement',
    RUNNING,
    (data) => ({ type: 'AbsenceCounted', data }),
    guards.isMember,
  ),
  StartEarlyInvolvement: simply<DataOf<'StartEarlyInvolvement'>>(
    '提前介入',
    'look in before its turn',
    OPEN,
    ({ org, step = null }) => ({
      type: 'EarlyInvolvementStarted',
      data: { org, step },
    }),
  ),
  NotifyHearing: simply<DataOf<'NotifyHearing'>>('听证通知', 'give notice of a hearing', RUNNING, (data) => ({
    type: 'HearingNotified',
    data: { hearingOn: data.hearingOn, chair: data.chair ?? null },
  })),
  HoldHearing: simply<DataOf<'HoldHearing'>>('举行听证', 'hold the hearing', RUNNING, (data) => ({
    type: 'HearingHeld',
    data: { chair: data.chair ?? null, record: data.record ?? null },
  })),
  VisitSite: simply<DataOf<'VisitSite'>>(
    '现场核查',
    'visit the site',
    OPEN,
    (data) => ({ type: 'SiteVisited', data }),
    guards.twoVisitors,
  ),
};

const end: Omit<
  Rules,
  keyof (typeof receiving & typeof inHand & typeof time & typeof together & typeof responsibility)
> = {
  DecideMatter: simply<DataOf<'DecideMatter'>>(
    '作出决定',
    'decide',
    ['accepted'],
    ({ itemCode, outcome, reasons = null, remedies = null, opinions, role }, state, { on }) => ({
      type: 'MatterDecided',
      data: {
        outcome,
        on,
        reasons,
        remedies,
        opinions: opinions ?? state.opinions,
        ...(role !== undefined && { role }),
      },
      refs: itemRefs(itemCode),
    }),
    guards.reasonsGiven,
  ),
  IssueLicence: simply<DataOf<'IssueLicence'>>('颁发证件', 'issue a licence', ['decided', 'delivered'], (data) => ({
    type: 'LicenceIssued',
    data: {
      certificateNo: data.certificateNo,
      name: data.name ?? null,
      validFrom: data.validFrom ?? null,
      validTo: data.validTo ?? null,
    },
    refs: [{ type: 'certificate', id: data.certificateNo, role: 'issued' }, ...itemRefs(data.itemCode)],
  })),
  RevokeLicence: simply<DataOf<'RevokeLicence'>>('撤销证件', 'revoke a licence', OVER, (data) => ({
    type: 'LicenceRevoked',
    data,
    refs: [{ type: 'certificate', id: data.certificateNo, role: 'revoked' }],
  })),
  DeliverResult: simply<DataOf<'DeliverResult'>>('送达结果', 'deliver the result', ['decided'], (data) => ({
    type: 'ResultDelivered',
    data,
  })),
  CloseMatter: simply<DataOf<'CloseMatter'>>(
    '办结',
    'close',
    ['accepted', 'decided', 'delivered', 'correcting', 'received'],
    ({ kind, reason = null }) => ({ type: 'MatterClosed', data: { kind, reason } }),
  ),
  WithdrawMatter: simply<DataOf<'WithdrawMatter'>>('撤回申请', 'withdraw', OPEN, (data) => ({
    type: 'MatterWithdrawn',
    data,
  })),
  ReopenMatter: simply<DataOf<'ReopenMatter'>>('重新办理', 'reopen', OVER, ({ reason, basis = null }) => ({
    type: 'MatterReopened',
    data: { reason, basis },
  })),
  LinkMatter: simply<DataOf<'LinkMatter'>>('关联办件', 'link to another', ALL, (data) => ({
    type: 'MatterLinked',
    data,
    refs: [{ type: 'matter', id: data.to, role: data.relation }],
  })),
  CorrectAcceptance: simply<DataOf<'CorrectAcceptance'>>(
    '更正受理地点',
    'correct the place of an acceptance',
    ALL,
    ({ acceptance, place, channel = null, reason, approver }) => ({
      type: 'AcceptanceCorrected',
      data: { acceptance, place, channel },
      corrects: { event: acceptance, reason, approver: approver.personId },
      refs: [{ type: 'person', id: approver.personId, role: 'approver' }],
    }),
    guards.approvedByAnother,
  ),
  SetCaseFact: simply<DataOf<'SetCaseFact'>>('来源信息', 'a fact of the source', ALL, (data) => ({
    type: 'CaseFactReported',
    data,
  })),
};

export const matter: Decider<MatterState, MatterCommand, MatterEvent> = {
  ...matterRegister,
  commands: { ...receiving, ...inHand, ...time, ...together, ...responsibility, ...end } as Decider<
    MatterState,
    MatterCommand,
    MatterEvent
  >['commands'],
};
