/**
 * Who may do what. What is not in the table is denied to everybody. To act, to report what happened elsewhere and to
 * register it afterwards are different actions: nobody escapes a guard by reporting what he is doing himself.
 */
import type { Text } from './decider.js';

export const ROLES = {
  clerk: { zh: '窗口经办人', en: 'window clerk' },
  handler: { zh: '部门承办人', en: 'department handler' },
  approver: { zh: '部门审批人', en: 'department approver' },
  registrar: { zh: '登记管理员', en: 'registrar of items, posts and calendars' },
  inspector: { zh: '监察人员', en: 'inspector' },
  auditor: { zh: '审计人员', en: 'auditor' },
  leader: { zh: '领导', en: 'leader' },
  adapter: { zh: '数据接入程序', en: 'adapter of a source system' },
  'back-registrar': { zh: '补录人员', en: 'back-registrar' },
} as const satisfies Record<string, Text>;
export type Role = keyof typeof ROLES;

const EVERYBODY = Object.keys(ROLES) as Role[];
const OVERSEERS: readonly Role[] = ['inspector', 'auditor', 'leader'];
const STAFF: readonly Role[] = ['clerk', 'handler', 'approver', 'registrar'];
const REPORTERS: readonly Role[] = ['adapter', 'back-registrar'];

const table = {
  'matters.read': [...OVERSEERS, ...STAFF, 'back-registrar'],
  'catalogue.read': EVERYBODY,
  'centres.read': EVERYBODY,
  'calendar.read': EVERYBODY,
  'findings.read': [...OVERSEERS, 'handler', 'approver'],
  'events.read': ['inspector', 'auditor'],
  'events.export': ['inspector', 'auditor'],
  'personal.open': ['inspector'],
  'calendar.GazetteYear': ['registrar'],
  'calendar.ChangeDay': ['registrar'],
  'matter.OpenInquiry': ['clerk'],
  'matter.AnswerInquiry': ['clerk'],
  'matter.ReceiveMaterials': ['clerk'],
  'matter.CheckMaterials': ['clerk'],
  'matter.RequestCorrection': ['clerk'],
  'matter.SubmitCorrection': ['clerk'],
  'matter.AcceptMatter': ['clerk'],
  'matter.RefuseMatter': ['clerk'],
  'matter.DeliverResult': ['clerk'],
  'matter.WithdrawMatter': ['clerk'],
  'matter.AssignHolder': ['handler'],
  'matter.FinishStep': ['handler'],
  'matter.PauseMatter': ['handler'],
  'matter.ResumeMatter': ['handler'],
  'matter.RequestExtension': ['handler'],
  'matter.CloseMatter': ['handler'],
  'matter.ApproveExtension': ['approver'],
  'matter.DenyExtension': ['approver'],
  'matter.DecideMatter': ['approver'],
  'matter.IssueLicence': ['approver'],
  'matter.ReopenMatter': ['approver'],
  'matter.OfferHandOver': ['clerk', 'handler'],
  'matter.AcceptHandOver': ['clerk', 'handler'],
  'matter.DeclineHandOver': ['clerk', 'handler'],
  'matter.ReturnHandOver': ['clerk', 'handler'],
  'matter.StartStep': ['handler'],
  'matter.TellApplicant': ['clerk', 'handler'],
  'matter.OpenJointHandling': ['handler', 'approver'],
  'matter.GiveJointOpinion': ['handler', 'approver'],
  'matter.CountAbsence': ['approver'],
  'matter.StartEarlyInvolvement': ['handler'],
  'matter.NotifyHearing': ['handler'],
  'matter.HoldHearing': ['handler', 'approver'],
  'matter.VisitSite': ['handler'],
  'matter.RevokeLicence': ['approver'],
  'matter.LinkMatter': ['clerk', 'handler'],
  'matter.CorrectAcceptance': ['back-registrar'],
  'item.PublishItem': ['registrar'],
  'item.EnterItem': ['registrar'],
  'item.LeaveCentre': ['registrar'],
  'item.AbolishItem': ['registrar'],
  'item.DelegateItem': ['registrar'],
  'exemptions.ApplyForExemption': ['handler', 'approver'],
  'exemptions.ApproveExemption': ['registrar'],
  'exemptions.DenyExemption': ['registrar'],
  'exemptions.RevokeExemption': ['registrar'],
  'centre.RegisterCentre': ['registrar'],
  'centre.OpenWindow': ['registrar'],
  'centre.CloseWindow': ['registrar'],
  'post.CreatePost': ['registrar'],
  'post.RetirePost': ['registrar'],
  'post.PostStaff': ['registrar'],
  'post.ReturnStaff': ['registrar'],
  'post.StartCover': ['registrar'],
  'post.EndCover': ['registrar'],
  'post.GrantPowers': ['registrar'],
  'post.RevokePowers': ['registrar'],
  'finding.AcknowledgeFinding': ['handler', 'approver'],
  'finding.ExplainFinding': ['handler', 'approver'],
  'finding.UpholdFinding': ['inspector'],
  'finding.ProposeWaiver': ['inspector'],
  'finding.DeclineWaiver': ['inspector', 'leader'],
  'finding.WaiveFinding': ['inspector', 'leader'],
  'pack.ProposePack': ['inspector'],
  'pack.AdoptPack': ['inspector', 'leader'],
  'pack.DeclinePack': ['inspector', 'leader'],
  'reports.matters': REPORTERS,
  'reports.catalogue': REPORTERS,
  'reports.centres': REPORTERS,
  'reports.calendar': REPORTERS,
} as const satisfies Record<string, readonly Role[]>;

/** By action: a read, an export, a report of an area, or `<category>.<Command>`. */
export const PERMISSIONS: Readonly<Record<string, readonly Role[]>> = table;

export const may = (roles: readonly string[], action: string): boolean =>
  Object.hasOwn(PERMISSIONS, action) && PERMISSIONS[action]!.some((role) => roles.includes(role));
