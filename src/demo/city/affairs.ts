/** Leads and cases as another office tells of them, step by step; days are working days from the first on. */
import { addDays } from '../../../projections/kernel/instant.js';
import { CITY_BEGINS, Workdays } from './days.js';
import { foundIn, instant, type Script, STAFF } from './script.js';

export type Track = 'adm' | 'organ' | 'commission';
/** Who has which part in every affair: nobody has two. */
export const CAST = {
  registrar: 'S-jd-01',
  triager: 'S-jd-02',
  leader: 'S-jd-03',
  head: 'S-jd-04',
  inquirers: ['S-jd-05', 'S-jd-06'],
  investigators: ['S-jd-07', 'S-jd-08'],
  adjudicators: ['S-jd-09', 'S-jd-10'],
  panel: ['S-jd-04', 'S-jd-11', 'S-jd-12'],
  reviewers: ['S-jd-13', 'S-jd-14'],
  personnel: 'S-jd-15',
  higher: 'S-jd-16',
} as const;
const SYSTEM = 'discipline-system';
const identifier = (value: string) => ({ kind: 'staff-no', value });
export const members = (...people: readonly string[]) =>
  people.map((one) => ({
    identifier: identifier(one),
    personal: { name: `干部${one.slice(2)}` },
    department: `室${one}`,
  }));
/** Some affairs had begun when the story begins: it is told of them on its first day. */
const BEFORE = new Workdays('2025-01-02', addDays(CITY_BEGINS, -1)).all;
type Telling = Readonly<{ told?: number; minute?: number; org?: string }>;

export class Affair {
  private readonly declared = new Set<string>();
  private minute = 8 * 60;
  readonly accused: string;

  constructor(
    readonly s: Script,
    readonly id: string,
    readonly start: number,
    readonly track: Track = 'organ',
    readonly organ = 'city-government',
  ) {
    this.accused = `S-dsr-${id}`;
  }
  on = (n: number): string => {
    const day = this.start + n;
    return day < 0 ? BEFORE.at(day)! : this.s.days.day(day);
  };

  /** A report; `told`: the day on which the ledger hears of it, in the evening. */
  tell(
    category: string,
    id: string,
    n: number,
    type: string,
    data: object,
    who: string | null,
    how: Telling = {},
  ): this {
    this.minute = Math.min(this.minute + 1, 19 * 60);
    const at = instant(this.on(n), how.minute ?? this.minute);
    const begun = this.start + n < 0 ? instant(CITY_BEGINS, this.minute) : at;
    const heard = how.told === undefined ? begun : instant(this.on(how.told), 21 * 60);
    this.s.line({
      at: heard,
      category,
      id,
      type,
      data,
      by: { ...(who !== null && { person: who }), org: how.org ?? 'discipline' },
      report: { system: SYSTEM, occurredAt: at, batch: this.on(how.told ?? n), registeredAt: at },
    });
    return this;
  }
  /** Whoever has not declared yet does so first. */
  private act(category: string, n: number, type: string, data: object, who: string, how: Telling = {}): this {
    if (!this.declared.has(who)) this.declare(n, who);
    return this.tell(category, this.id, n, type, data, who, how);
  }
  declare(n: number, who: string, conflict = false, how: Telling = {}): this {
    this.declared.add(who);
    const data = { conflict, ...(conflict && { grounds: 'near-relative', details: '配偶' }) };
    return this.tell('recusal', this.id, n, 'DeclareConflict', data, who, how);
  }
  /** Says nothing of a declaration, whether there is one or not. */
  undeclared(n: number, type: string, data: object, who: string): this {
    this.declared.add(who);
    return this.tell('case', this.id, n, type, data, who);
  }
  rule(n: number, who: string, result: 'recused' | 'stays'): this {
    return this.tell(
      'recusal',
      this.id,
      n,
      'RuleRecusal',
      { person: STAFF(who), result, reason: '研究决定' },
      CAST.head,
    );
  }
  request(n: number, who: string): this {
    const data = { person: STAFF(who), grounds: 'near-relative', reason: '系举报人亲属' };
    return this.tell('recusal', this.id, n, 'RequestRecusal', data, CAST.registrar);
  }
  lead(n: number, type: string, data: object, who: string = CAST.leader, how: Telling = {}): this {
    return this.act('lead', n, type, data, who, how);
  }
  case(n: number, type: string, data: object, who: string = CAST.head, how: Telling = {}): this {
    return this.act('case', n, type, data, who, how);
  }
  review(n: number, type: string, data: object, who: string, how: Telling = {}): this {
    return this.act('review', n, type, data, who, how);
  }

  register(n = 0, more: object = {}, how: Telling = {}): this {
    const data = {
      source: 'complaint',
      profile: this.track,
      subjects: [{ identifier: identifier(this.accused), personal: { name: '当事人' }, org: 'u05' }],
      orgs: ['u05'],
      allegations: [{ code: 'conduct', text: '反映办件中违规' }],
      ...more,
    };
    return this.tell('lead', this.id, n, 'RegisterLead', data, CAST.registrar, how);
  }
  /** Registered, triaged and proposed for filing by the tenth day, filed on the twelfth. */
  filed(n = 0, how: Readonly<{ proposer?: string; approver?: string; conduct?: string }> = {}): this {
    const { proposer = CAST.inquirers[0], approver = CAST.head } = how;
    this.register(n);
    this.lead(n + 2, 'ProposeTriage', { route: 'verify', reasons: '反映具体' }, CAST.triager);
    this.lead(n + 3, 'StartVerification', { team: members(...CAST.inquirers), plan: '核实方案' });
    return this.proposed(n + 8, proposer, how.conduct).case(
      n + 12,
      'ApproveFiling',
      { caseNo: `立${this.id}` },
      approver,
    );
  }
  proposed(n: number, proposer: string = CAST.inquirers[0], conduct = `XW-${this.id}`): this {
    const data = {
      profile: this.track,
      organ: this.organ,
      subjects: [STAFF(this.accused)],
      conducts: [{ id: conduct, on: this.on(0), summary: '违规办理' }],
      reason: '涉嫌违规',
    };
    return this.case(n, 'ProposeFiling', data, proposer);
  }
  outcome(code: string, more: object = {}) {
    const basis = ['政务处分法 art. 39'];
    return { subject: STAFF(this.accused), code, conducts: [`XW-${this.id}`], basis, law: 'now', ...more };
  }
  fact(n: number, fact: string, how: Telling = {}): this {
    const data = { fact, conduct: `XW-${this.id}`, text: '认定的事实', evidence: [`ZJ-${fact}`] };
    return this.case(n, 'AssertFact', data, CAST.investigators[0], how);
  }
  evidence(n: number, id: string, who: string = CAST.investigators[0]): this {
    const obtainedBy = CAST.investigators.map(STAFF);
    const data = {
      evidence: id,
      kind: 'document',
      digest: `sha256:${'0'.repeat(64)}`,
      obtainedFrom: '窗口',
      obtainedBy,
    };
    return this.case(n, 'AddEvidence', data, who);
  }
  /** Investigated and served: assigned on the first day, concluded on the fourth, served on the sixth. */
  served(n: number, code: string, fact = 'SS-1'): this {
    this.case(n, 'AssignInvestigators', { members: members(...CAST.investigators), plan: '调查方案' });
    this.evidence(n + 1, `ZJ-${fact}`);
    this.case(n + 1, 'SignEvidence', { evidence: `ZJ-${fact}` }, CAST.investigators[1]);
    return this.fact(n + 2, fact).notified(n + 4, code);
  }
  notified(n: number, code: string): this {
    const proposal = [this.outcome(code)];
    this.case(n, 'ConcludeInvestigation', { proposal, noInterference: true }, CAST.investigators[0]);
    const servers = CAST.investigators.map(STAFF);
    const data = { servers, signed: 'signed', answerBy: this.on(n + 8) };
    return this.case(n + 2, 'ServeFacts', data, CAST.investigators[0]);
  }
  /** Adjudicated, deliberated and decided within eight days. */
  decided(n: number, code: string, more: object = {}, opinion = code): this {
    this.case(n, 'StartAdjudication', { members: members(...CAST.adjudicators) });
    const said = { opinion: '审理意见', proposal: [this.outcome(opinion)] };
    this.case(n + 2, 'GiveAdjudicationOpinion', said, CAST.adjudicators[0]);
    const panel = { members: members(...CAST.panel), chair: STAFF(CAST.panel[1]), quorum: 2 };
    this.case(n + 4, 'ConveneDeliberation', panel);
    for (const one of CAST.panel) this.case(n + 6, 'CastVote', { position: 'for', reason: '同意' }, one);
    return this.decision(n + 7, code, more);
  }
  decision(n: number, code: string, more: object = {}): this {
    const data = {
      outcomes: [this.outcome(code)],
      documentNo: `处${this.id}`,
      seal: '市人民政府',
      remedy: { route: '向本机关申请复核', days: 30 },
      noInterference: true,
      ...more,
    };
    return this.case(n, 'Decide', data);
  }
  announced(n: number): this {
    const data = { servers: CAST.investigators.map(STAFF), announced: '单位范围', signed: 'signed' };
    this.case(n, 'ServeDecision', data, CAST.registrar);
    return this.case(n + 2, 'StartExecution', { plan: '执行方案' }, CAST.personnel);
  }
  /** Of what has no effect beyond itself. */
  closed(n: number): this {
    this.case(n, 'RecordExecution', { what: 'personnel-file', document: '存档' }, CAST.personnel);
    return this.case(n + 1, 'CloseCase', { reason: '执行完毕' }, CAST.registrar);
  }
}
export { foundIn };
