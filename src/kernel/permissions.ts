/**
 * Who may do what: action × role × condition, in one place. What is not in the table is denied to everybody. To act, to
 * report what happened elsewhere and to register it afterwards are different actions: nobody escapes a guard by
 * reporting what he is doing himself. docs/permissions.md is made from it.
 */
import type { Text } from './decider.js';

export const ROLES = {
  clerk: { zh: '窗口经办人', en: 'window clerk' },
  handler: { zh: '部门承办人', en: 'department handler' },
  approver: { zh: '部门审批人', en: 'department approver' },
  registrar: { zh: '登记管理员', en: 'registrar of items, posts and calendars' },
  finance: { zh: '财政人员', en: 'finance officer' },
  inspector: { zh: '监察人员', en: 'inspector' },
  auditor: { zh: '审计人员', en: 'auditor' },
  leader: { zh: '领导', en: 'leader' },
  adapter: { zh: '数据接入程序', en: 'adapter of a source system' },
  'back-registrar': { zh: '补录人员', en: 'back-registrar' },
  'system-administrator': { zh: '系统管理员', en: 'system administrator' },
  'security-administrator': { zh: '安全管理员', en: 'security administrator' },
  'audit-administrator': { zh: '审计管理员', en: 'audit administrator' },
  /** Nobody is granted this: it is whoever can read the data folder on the machine itself. */
  operator: { zh: '运维人员', en: 'operator of the machine' },
} as const satisfies Record<string, Text>;
export type Role = keyof typeof ROLES;

/** The three who cannot do each other's work (三员分立). */
export const ADMINISTRATIONS = ['system-administrator', 'security-administrator', 'audit-administrator'] as const;
export const isAdministration = (role: string): boolean => (ADMINISTRATIONS as readonly string[]).includes(role);
/** Roles that accounts can be granted. */
export const GRANTABLE = (Object.keys(ROLES) as Role[]).filter((role) => role !== 'operator');

/**
 * Beside the days of the grant, which always count. own-post: he stands at a post (or covers it), and the thing belongs
 * to its centre or unit. own-unit, own-centre: the thing belongs there. granted: by a grant for this very thing.
 * uninvolved: it is not about him, nor about his unit.
 */
export const CONDITIONS = {
  any: { zh: '不限', en: 'no condition' },
  'own-post': { zh: '本岗（在岗或顶岗）', en: 'own post, standing there or covering it' },
  'own-unit': { zh: '本单位', en: 'own unit' },
  'own-centre': { zh: '本中心', en: 'own centre' },
  granted: { zh: '须有对该对象的查阅授权', en: 'a grant for this very thing' },
  uninvolved: { zh: '非当事人且不属当事单位', en: 'neither accused nor of an accused unit' },
} as const satisfies Record<string, Text>;
export type Condition = keyof typeof CONDITIONS;
type Row = Readonly<Partial<Record<Role, Condition>>>;

const OVERSEERS: Row = { inspector: 'any', auditor: 'any', leader: 'any' };
/** What is found in an affair is not for those whom it is about. */
const UNINVOLVED: Row = { inspector: 'uninvolved', auditor: 'uninvolved', leader: 'uninvolved' };
const STAFF: Row = { clerk: 'own-post', handler: 'own-unit', approver: 'own-unit', registrar: 'any' };
const REPORTERS: Row = { adapter: 'any', 'back-registrar': 'any' };
/** Everybody whose work is with matters; administrators see no business data. */
const EVERYBODY: Row = {
  ...OVERSEERS,
  clerk: 'any',
  handler: 'any',
  approver: 'any',
  registrar: 'any',
  finance: 'any',
  ...REPORTERS,
};
const FINANCE: Row = { finance: 'any' };
const WINDOW: Row = { clerk: 'own-post' };
const CASEWORK: Row = { clerk: 'own-post', handler: 'own-unit' };
const UNIT_HEAD: Row = { approver: 'own-unit' };
const UNIT: Row = { handler: 'own-unit', approver: 'own-unit' };
const STAFF_OF_MATTERS: Row = { ...CASEWORK, ...UNIT };
const ADMINISTRATORS: Row = {
  'system-administrator': 'any',
  'security-administrator': 'any',
  'audit-administrator': 'any',
};
const SYSTEM: Row = { 'system-administrator': 'any' };
const SECURITY: Row = { 'security-administrator': 'any' };
const OPERATOR: Row = { operator: 'any' };
/** Whoever holds people to account, and leads those who do; personnel executes. */
const OFFICERS: Row = { inspector: 'uninvolved' };
const LEADERS: Row = { leader: 'uninvolved' };
const HANDLERS: Row = { ...OFFICERS, ...LEADERS };
const PERSONNEL: Row = { ...OFFICERS, registrar: 'uninvolved' };
const STEWARDS: Row = {
  'system-administrator': 'uninvolved',
  'security-administrator': 'uninvolved',
  'audit-administrator': 'uninvolved',
};

const table = {
  'session.own': { ...EVERYBODY, ...ADMINISTRATORS },
  'matters.read': { ...OVERSEERS, ...STAFF, 'back-registrar': 'any' },
  'money.read': { ...OVERSEERS, clerk: 'any', handler: 'any', approver: 'any', finance: 'any' },
  'audit.read': { ...OVERSEERS, finance: 'any' },
  'catalogue.read': EVERYBODY,
  'centres.read': EVERYBODY,
  'calendar.read': EVERYBODY,
  'findings.read': { ...UNINVOLVED, handler: 'own-unit', approver: 'own-unit' },
  'rules.read': { ...OVERSEERS, handler: 'any', approver: 'any' },
  'verdicts.read': OVERSEERS,
  'tables.read': OVERSEERS,
  'seal.read': { ...EVERYBODY, ...ADMINISTRATORS },
  'events.read': { inspector: 'any', auditor: 'any' },
  'events.export': { inspector: 'any', auditor: 'any' },
  'personal.open': { inspector: 'any' },
  // At matters and people; of everything else whoever reads the administration.
  'looks.read': { inspector: 'any', 'audit-administrator': 'any' },
  'calendar.GazetteYear': { registrar: 'any' },
  'calendar.ChangeDay': { registrar: 'any' },
  'matter.OpenInquiry': { clerk: 'own-post' },
  'matter.AnswerInquiry': { clerk: 'own-post' },
  'matter.ReceiveMaterials': { clerk: 'own-post' },
  'matter.CheckMaterials': { clerk: 'own-post' },
  'matter.RequestCorrection': { clerk: 'own-post' },
  'matter.SubmitCorrection': { clerk: 'own-post' },
  'matter.AcceptMatter': { clerk: 'own-post' },
  'matter.RefuseMatter': { clerk: 'own-post' },
  'matter.DeliverResult': { clerk: 'own-post' },
  'matter.WithdrawMatter': { clerk: 'own-post' },
  'matter.AssignHolder': { handler: 'own-unit' },
  'matter.FinishStep': { handler: 'own-unit' },
  'matter.PauseMatter': { handler: 'own-unit' },
  'matter.ResumeMatter': { handler: 'own-unit' },
  'matter.RequestExtension': { handler: 'own-unit' },
  'matter.CloseMatter': { handler: 'own-unit' },
  'matter.ApproveExtension': { approver: 'own-unit' },
  'matter.DenyExtension': { approver: 'own-unit' },
  'matter.DecideMatter': { approver: 'own-unit' },
  'matter.IssueLicence': { approver: 'own-unit' },
  'matter.ReopenMatter': { approver: 'own-unit' },
  'matter.OfferHandOver': { clerk: 'own-post', handler: 'own-unit' },
  'matter.AcceptHandOver': { clerk: 'own-post', handler: 'own-unit' },
  'matter.DeclineHandOver': { clerk: 'own-post', handler: 'own-unit' },
  'matter.ReturnHandOver': { clerk: 'own-post', handler: 'own-unit' },
  'matter.StartStep': { handler: 'own-unit' },
  'matter.TellApplicant': { clerk: 'own-post', handler: 'own-unit' },
  'matter.OpenJointHandling': { handler: 'own-unit', approver: 'own-unit' },
  'matter.GiveJointOpinion': { handler: 'own-unit', approver: 'own-unit' },
  'matter.CountAbsence': { approver: 'own-unit' },
  'matter.StartEarlyInvolvement': { handler: 'own-unit' },
  'matter.NotifyHearing': { handler: 'own-unit' },
  'matter.HoldHearing': { handler: 'own-unit', approver: 'own-unit' },
  'matter.VisitSite': { handler: 'own-unit' },
  'matter.RevokeLicence': { approver: 'own-unit' },
  'matter.LinkMatter': { clerk: 'own-post', handler: 'own-unit' },
  'matter.CorrectAcceptance': { 'back-registrar': 'any' },
  'matter.RecordInstruction': STAFF_OF_MATTERS,
  'matter.RecordDeliberation': UNIT,
  'matter.RecordChangeAbove': { approver: 'own-unit', inspector: 'any' },
  'matter.RecordFault': { inspector: 'any' },
  'matter.WithdrawFault': { inspector: 'any' },
  'attribution.read': HANDLERS,
  'attribution.AdoptSuggestion': HANDLERS,
  'attribution.RejectSuggestion': HANDLERS,
  'item.PublishItem': { registrar: 'any' },
  'item.EnterItem': { registrar: 'any' },
  'item.LeaveCentre': { registrar: 'any' },
  'item.AbolishItem': { registrar: 'any' },
  'item.DelegateItem': { registrar: 'any' },
  'exemptions.ApplyForExemption': { handler: 'own-unit', approver: 'own-unit' },
  'exemptions.ApproveExemption': { registrar: 'any' },
  'exemptions.DenyExemption': { registrar: 'any' },
  'exemptions.RevokeExemption': { registrar: 'any' },
  'centre.RegisterCentre': { registrar: 'any' },
  'centre.OpenWindow': { registrar: 'any' },
  'centre.CloseWindow': { registrar: 'any' },
  'post.CreatePost': { registrar: 'any' },
  'post.RetirePost': { registrar: 'any' },
  'post.PostStaff': { registrar: 'any' },
  'post.ReturnStaff': { registrar: 'any' },
  'post.StartCover': { registrar: 'any' },
  'post.EndCover': { registrar: 'any' },
  'post.GrantPowers': { registrar: 'any' },
  'post.RevokePowers': { registrar: 'any' },
  'tariff.PublishFeeItem': { registrar: 'any' },
  'tariff.AbolishFeeItem': { registrar: 'any' },
  'payee.ApproveAccount': FINANCE,
  'payee.CloseAccount': FINANCE,
  'fee.AssessFee': CASEWORK,
  'fee.RecalculateFee': CASEWORK,
  'fee.RequestWaiver': CASEWORK,
  'fee.ReviewWaiver': UNIT_HEAD,
  'fee.ApproveWaiver': FINANCE,
  'fee.DenyWaiver': FINANCE,
  'fee.IssueNotice': CASEWORK,
  'fee.CancelFee': UNIT_HEAD,
  'block.PrintBlock': FINANCE,
  'block.IssueBlock': FINANCE,
  'block.ReturnReceipts': WINDOW,
  'block.DestroyReceipts': FINANCE,
  'block.WriteOffBlock': FINANCE,
  'receipt.IssueReceipt': WINDOW,
  'receipt.CheckReceipt': WINDOW,
  'receipt.CompleteReceipt': FINANCE,
  'receipt.VoidReceipt': WINDOW,
  'receipt.ReverseReceipt': WINDOW,
  'receipt.ReportLoss': WINDOW,
  'remittance.MakeRemittance': WINDOW,
  'refund.RequestRefund': CASEWORK,
  'refund.VerifyRefund': UNIT_HEAD,
  'refund.ApproveRefund': FINANCE,
  'refund.DenyRefund': FINANCE,
  'reconciliation.Run': { finance: 'any', auditor: 'any' },
  'reconciliation.SignForUnit': UNIT_HEAD,
  'reconciliation.SignForFinance': FINANCE,
  'pairing.ProposePairing': FINANCE,
  'pairing.ApprovePairing': FINANCE,
  'pairing.DeclinePairing': FINANCE,
  'pairing.EndPairing': FINANCE,
  'break.ExplainBreak': UNIT,
  'break.RectifyBreak': UNIT,
  'break.AcceptExplanation': FINANCE,
  'break.RejectExplanation': FINANCE,
  'break.ReferBreak': { finance: 'any', inspector: 'any', auditor: 'any' },
  'break.CloseBreak': FINANCE,
  'finding.AcknowledgeFinding': { handler: 'own-unit', approver: 'own-unit' },
  'finding.ExplainFinding': { handler: 'own-unit', approver: 'own-unit' },
  'finding.UpholdFinding': OFFICERS,
  'finding.ProposeWaiver': OFFICERS,
  'finding.DeclineWaiver': HANDLERS,
  'finding.WaiveFinding': HANDLERS,
  'pack.ProposePack': { inspector: 'any' },
  'pack.AdoptPack': { inspector: 'any', leader: 'any' },
  'pack.DeclinePack': { inspector: 'any', leader: 'any' },
  'accountability.read': { ...HANDLERS, ...PERSONNEL },
  'lead.ProposeNoLead': OFFICERS,
  'lead.ConfirmNoLead': LEADERS,
  'lead.RefuseNoLead': LEADERS,
  'lead.RegisterLead': OFFICERS,
  'lead.ProposeTriage': OFFICERS,
  'lead.RouteLead': LEADERS,
  'lead.ReturnLead': OFFICERS,
  'lead.ReportOutcome': OFFICERS,
  'lead.HoldLead': LEADERS,
  'lead.TakeUpLead': OFFICERS,
  'lead.CloseLead': LEADERS,
  'lead.ReopenLead': LEADERS,
  'lead.StartInquiry': LEADERS,
  'lead.RecordAnswer': OFFICERS,
  'lead.StartVerification': LEADERS,
  'lead.ExtendVerification': LEADERS,
  'lead.TakeStatement': OFFICERS,
  'lead.ReportVerification': OFFICERS,
  'lead.GiveLightOutcome': LEADERS,
  'lead.TransferLead': LEADERS,
  'lead.ClearName': LEADERS,
  'case.ProposeFiling': OFFICERS,
  'case.ReturnFiling': LEADERS,
  'case.RejectFiling': LEADERS,
  'case.ApproveFiling': LEADERS,
  'case.AssignInvestigators': LEADERS,
  'case.AddEvidence': OFFICERS,
  'case.SignEvidence': OFFICERS,
  'case.ExcludeEvidence': OFFICERS,
  'case.AssertFact': OFFICERS,
  'case.SuspendInvestigation': LEADERS,
  'case.ResumeInvestigation': LEADERS,
  'case.ProposeExtension': OFFICERS,
  'case.ExtendInvestigation': LEADERS,
  'case.ConcludeInvestigation': OFFICERS,
  'case.ServeFacts': OFFICERS,
  'case.RecordDefence': OFFICERS,
  'case.AnswerDefence': OFFICERS,
  'case.Supplement': LEADERS,
  'case.StartAdjudication': LEADERS,
  'case.GiveAdjudicationOpinion': OFFICERS,
  'case.ConveneDeliberation': LEADERS,
  'case.CastVote': HANDLERS,
  'case.Decide': LEADERS,
  'case.ServeDecision': OFFICERS,
  'case.StartExecution': PERSONNEL,
  'case.RecordExecution': PERSONNEL,
  'case.StartPeriod': OFFICERS,
  'case.EndPeriod': OFFICERS,
  'case.CloseCase': OFFICERS,
  'case.ReopenCase': LEADERS,
  'case.TakeChange': LEADERS,
  'case.TakeRevocation': LEADERS,
  'case.CancelCase': LEADERS,
  'case.TransferCase': LEADERS,
  'case.ClearNameInCase': LEADERS,
  'review.RequestReview': OFFICERS,
  'review.AssignReviewers': LEADERS,
  'review.DecideReview': OFFICERS,
  'review.Appeal': OFFICERS,
  'review.ExtendAppeal': LEADERS,
  'review.DecideAppeal': OFFICERS,
  'review.ClearNameInReview': LEADERS,
  'recusal.DeclareConflict': { ...HANDLERS, ...PERSONNEL },
  'recusal.RequestRecusal': { ...HANDLERS, ...PERSONNEL },
  'recusal.RuleRecusal': LEADERS,
  'recusal.RecordInterference': { ...HANDLERS, ...PERSONNEL },
  'document.DraftDocument': HANDLERS,
  'document.ReviseDocument': HANDLERS,
  'document.SignDocument': { ...HANDLERS, ...PERSONNEL },
  'conduct.ClaimConduct': OFFICERS,
  'conduct.ReleaseConduct': OFFICERS,
  'authority.SetAuthority': { registrar: 'any' },
  'authority.RecordPriorStep': { registrar: 'any' },
  'reporter.RecordReporter': { inspector: 'any' },
  'reporter.open': { inspector: 'granted', leader: 'granted' },
  'reports.matters': REPORTERS,
  'reports.money': REPORTERS,
  'reports.catalogue': REPORTERS,
  'reports.centres': REPORTERS,
  'reports.calendar': REPORTERS,
  'reports.access': REPORTERS,
  'reports.accountability': REPORTERS,
  'accounts.read': ADMINISTRATORS,
  'account.CreateAccount': SYSTEM,
  'account.CloseAccount': SYSTEM,
  'account.RenewEnrolment': SYSTEM,
  'account.GrantRole': SECURITY,
  'account.RevokeRole': SECURITY,
  'account.GrantAccess': SECURITY,
  'account.RevokeAccess': SECURITY,
  'account.IssueKey': SECURITY,
  'account.RevokeKey': SECURITY,
  'account.EndSessions': SECURITY,
  'identity.WaiveSecondFactor': SECURITY,
  'identity.RequireSecondFactor': SECURITY,
  // Who holds is not who asks, and who asks is not who approves; whom it is about does none of it, and does not read it.
  'erasure.read': { ...HANDLERS, ...STEWARDS },
  'erasure.PlaceHold': { inspector: 'uninvolved', auditor: 'uninvolved' },
  'erasure.LiftHold': { inspector: 'uninvolved', auditor: 'uninvolved' },
  'erasure.RequestErasure': { 'security-administrator': 'uninvolved' },
  'erasure.ApproveErasure': { ...LEADERS, 'security-administrator': 'uninvolved', 'audit-administrator': 'uninvolved' },
  'administration.read': { 'audit-administrator': 'any' },
  'operator.serve': OPERATOR,
  'operator.sign-in': OPERATOR,
  'operator.bootstrap': OPERATOR,
  'operator.maintain': OPERATOR,
  'operator.simulate': OPERATOR,
  'operator.demo': OPERATOR,
} as const satisfies Record<string, Row>;
export type ActionName = keyof typeof table;

/** By action: a read, an export, a report of an area, `<category>.<Command>`, or what is done at the machine itself. */
export const PERMISSIONS: Readonly<Record<string, Row>> = table;

export const rolesFor = (action: string): readonly Role[] =>
  Object.hasOwn(PERMISSIONS, action) ? (Object.keys(PERMISSIONS[action]!) as Role[]) : [];

/** Under which conditions these roles may do it; none: they may not. */
export const conditionsFor = (roles: readonly string[], action: string): readonly Condition[] => {
  if (!Object.hasOwn(PERMISSIONS, action)) return [];
  const row = PERMISSIONS[action]!;
  return roles.flatMap((role) => (Object.hasOwn(row, role) ? [row[role as Role]!] : []));
};
export const may = (roles: readonly string[], action: string): boolean => conditionsFor(roles, action).length > 0;

/** Roles that can see personal data opened, or who has which account: for them a second factor is obligatory. */
export const seesPersonal = (roles: readonly string[]): boolean =>
  roles.some((role) => isAdministration(role) || may([role], 'personal.open'));

/** Where somebody is, for conditions. */
export interface Whereabouts {
  readonly person?: string | undefined;
  readonly post?: string | undefined;
  readonly org?: string | undefined;
  readonly centre?: string | undefined;
  /** All units that he belongs to, at whichever post he is now. */
  readonly units?: readonly string[] | undefined;
  /** Things that he has a grant for, as `<type>/<id>`. */
  readonly granted?: readonly string[] | undefined;
}
/** What a thing belongs to: units and centres. */
export interface Belonging {
  readonly thing: string;
  /** That it exists is no secret, as of a unit. */
  readonly known?: true;
  readonly parties: readonly string[];
  /** People and units that it is about, who do not handle it, whatever else they may. */
  readonly barred?: readonly string[];
  /** There is none: whoever asks finds nothing, as those do who are barred. */
  readonly absent?: true;
}
/** Whether a condition lets somebody at a thing. `of` null: it is about no thing in particular, or one that is new. */
export function reaches(condition: Condition, who: Whereabouts, of: Belonging | null): boolean {
  const belongs = (...names: readonly (string | undefined)[]) =>
    of === null || names.some((name) => name !== undefined && of.parties.includes(name));
  if (condition === 'any') return true;
  const isBarred = (name: string) => name === who.person || name === who.org || who.units?.includes(name) === true;
  if (of?.absent || of?.barred?.some(isBarred)) return false;
  switch (condition) {
    case 'own-post':
      return who.post !== undefined && belongs(who.centre, who.org);
    case 'own-unit':
      return who.org !== undefined && belongs(who.org);
    case 'own-centre':
      return who.centre !== undefined && belongs(who.centre);
    case 'uninvolved':
      return true;
    case 'granted':
      return of !== null && (who.granted ?? []).includes(of.thing);
  }
}
