/** Matters that were found wrong, or left undone: who is to be suggested by which pattern of the matrix, and who is not. */
import { ordinary, type Plant } from './facts.js';
import { instant, LAST_CHANGE, LAST_FAULT, type Matter, type Script } from './script.js';

type Say = Readonly<Record<string, unknown>>;
const somebody = (value: string) => ({
  identifier: { kind: 'staff-no', value },
  personal: { name: `干部${value.slice(2)}` },
});
/** One part each, in the unit that the matter is for. */
class Course {
  readonly m: Matter;
  constructor(
    readonly s: Script,
    m: Matter,
  ) {
    this.m = m.receive().accept();
  }
  who = (part: string): string => `S-${this.m.item.unit}-${part}`;
  private say(n: number, part: string, type: string, data: object): this {
    const { unit } = this.m.item;
    const by = { person: this.who(part), post: `${unit}-${part}`, org: unit };
    this.s.line({ at: this.m.moment(n), category: 'matter', id: this.m.id, type, data, by });
    return this;
  }
  draft(proposes: 'granted' | 'denied'): this {
    const opinion = proposes === 'granted' ? 'approve' : 'reject';
    return this.say(1, 'undertaker', 'FinishStep', { step: 'draft', role: 'undertaker', opinion, proposes });
  }
  review(opinion: 'approve' | 'change', proposes: 'granted' | 'denied'): this {
    return this.say(2, 'reviewer', 'FinishStep', { step: 'check', role: 'reviewer', opinion, proposes });
  }
  approval(): this {
    return this.say(2, 'approver', 'FinishStep', { step: 'approval', role: 'approver', opinion: 'approve' });
  }
  instruction(wants: 'granted' | 'denied'): this {
    const by = { person: somebody('S-shizhang'), org: 'city-government' };
    return this.say(1, 'undertaker', 'RecordInstruction', { kind: 'instruction', by, wants, text: '请予支持' });
  }
  deliberation(proposal: 'granted' | 'denied', votes: readonly (readonly [part: string, position: string])[]): this {
    const cast = votes.map(([part, position]) => ({ person: somebody(this.who(part)), position, reason: '理由' }));
    const chair = somebody(this.who('approver'));
    return this.say(2, 'reviewer', 'RecordDeliberation', { chair, proposal, votes: cast, minutes: '纪要' });
  }
  decide(outcome: 'granted' | 'denied', part = 'approver'): this {
    const more = outcome === 'denied' ? { reasons: '不符合条件', remedies: '可申请行政复议' } : {};
    this.say(this.m.calm, part, 'DecideMatter', { outcome, role: part, ...more });
    this.m.deliver(this.m.calm + 1).close(this.m.calm + 1);
    return this;
  }
  private later(n: number, type: string, data: object): this {
    const at = instant(this.m.on(this.m.calm + n), 16 * 60);
    const by = { person: 'S-jd-40', org: 'discipline' };
    this.s.line({ at, category: 'matter', id: this.m.id, type, data, by });
    return this;
  }
  found(kind: string, more: Say = {}, n = 12): this {
    return this.later(n, 'RecordFault', { kind, basis: '复议决定', ...more });
  }
  wrong(ought: 'granted' | 'denied', more: Say = {}): this {
    return this.found('wrong-outcome', { ought, ...more });
  }
  withdrawn(): this {
    return this.later(14, 'WithdrawFault', { fault: LAST_FAULT, reason: '查无此事' });
  }
  changedAbove(to: 'granted' | 'denied'): this {
    const data = { to, superior: 'province', head: somebody('S-tingzhang'), reason: '复查', document: '文' };
    return this.later(10, 'RecordChangeAbove', data);
  }
  named = (part: string, more: Say = {}) => ({ person: somebody(this.who(part)), ...more });

  /** `roles`: role, degree and part of each. */
  suggests(pattern: string, kind: string, ...roles: readonly (readonly [string, string, string])[]): void {
    const persons = roles.map(([role, degree, part]) => `${role} ${degree} ${this.who(part)}`);
    this.s.finds(pattern, [this.m.id, ...persons.toSorted()].join('; '), kind);
  }
  nearly(pattern: string, kind: string): void {
    this.s.nearly(pattern, this.m.id, kind);
  }
}

const UNDERTAKER = ['undertaker', 'DIRECT', 'undertaker'] as const;
type Begin = () => Course;
type Told = (begin: Begin) => void;
/** What was drafted passed, and ought to have been denied. */
const passed = (begin: Begin): Course => begin().draft('granted').review('approve', 'granted').decide('granted');
const turned = (begin: Begin): Course => begin().draft('denied').review('change', 'granted').decide('granted');

const deceived: Told = (begin) => {
  const of = passed(begin).wrong('denied');
  of.found('falsified', { by: [of.named('undertaker')] }).suggests('LA1', 'the undertaker falsified it', UNDERTAKER);
  const applicant = passed(begin).wrong('denied').found('falsified', { applicant: true });
  applicant.nearly('LA1', 'it was the applicant who did');
};
const otherwise: Told = (begin) => {
  const right = () => begin().draft('granted').review('approve', 'granted').decide('granted');
  const of = right();
  of.found('otherwise-than-approved', { by: [of.named('undertaker')] });
  of.suggests('LA2', 'the undertaker did otherwise', UNDERTAKER);
  const approver = right();
  approver.found('otherwise-than-approved', { by: [approver.named('approver')] });
  approver.nearly('LA2', 'it was the approver himself');
};
const unseen: Told = (begin) => {
  const others = [
    ['reviewer', 'MAIN_LEADER', 'reviewer'],
    ['approver', 'IMPORTANT_LEADER', 'approver'],
  ] as const;
  passed(begin)
    .wrong('denied', { evident: true })
    .suggests('LA3', 'it was to be seen', UNDERTAKER, ...others);
  passed(begin).wrong('denied', { evident: false }).nearly('LA3', 'it was not to be seen');
};
const turnedRight: Told = (begin) => {
  const others = [
    ['reviewer', 'DIRECT', 'reviewer'],
    ['approver', 'MAIN_LEADER', 'approver'],
  ] as const;
  turned(begin)
    .wrong('denied')
    .suggests('LA4', 'a right draft was changed, and the change followed', ...others);
  turned(begin).nearly('LA4', 'nobody has found that it was wrong');
  turned(begin).wrong('denied').withdrawn().nearly('LA4', 'what was found is withdrawn');
};
const notSent: Told = (begin) => {
  const byReviewer = (of: Course) => of.review('approve', 'granted').decide('granted', 'reviewer');
  byReviewer(begin().draft('granted'))
    .found('procedure-broken')
    .suggests('LA5', 'the reviewer decided', ['reviewer', 'DIRECT', 'reviewer']);
  byReviewer(begin().draft('granted').approval())
    .found('procedure-broken')
    .nearly('LA5', 'the approver had agreed before');
};
const overruled: Told = (begin) => {
  const against = () => begin().draft('granted').review('approve', 'granted').decide('denied');
  const approver = ['approver', 'DIRECT', 'approver'] as const;
  against().wrong('granted').suggests('LA6', 'the approver denied what he was rightly advised', approver);
  against().found('procedure-broken').nearly('LA6', 'only its procedure was broken');
};
const alone: Told = (begin) => {
  const approver = ['approver', 'DIRECT', 'approver'] as const;
  begin().decide('granted').found('procedure-broken').suggests('LA7', 'no draft, and no review', approver);
  begin().draft('granted').decide('granted').found('procedure-broken').nearly('LA7', 'there was a draft');
};
const instructed: Told = (begin) => {
  const told = (wants: 'granted' | 'denied') =>
    begin().draft('granted').instruction(wants).review('approve', 'granted').decide('granted').wrong('denied');
  const of = told('granted');
  of.s.finds('LA8', `${of.m.id}; instructor DIRECT S-shizhang`, 'it came out as he wanted');
  told('denied').nearly('LA8', 'it came out otherwise than he wanted');
};
const collective: Told = (begin) => {
  const votes = [
    ['approver', 'for'],
    ['deputy', 'for'],
    ['member', 'against'],
  ] as const;
  const met = (cast: typeof votes | readonly []) =>
    begin().draft('granted').deliberation('granted', cast).decide('granted').wrong('denied');
  met(votes).suggests(
    'LA9',
    'one was against it, on record',
    ['decision-maker', 'MAIN_LEADER', 'approver'],
    ['supporter', 'IMPORTANT_LEADER', 'deputy'],
  );
  met([]).nearly('LA9', 'nobody has recorded the votes');
};
const above: Told = (begin) => {
  const right = () => begin().draft('granted').review('approve', 'granted').decide('granted').changedAbove('denied');
  const of = right().found('wrong-outcome', { event: LAST_CHANGE, ought: 'granted' });
  of.s.finds('LA10', `${of.m.id}; superior-head IMPORTANT_LEADER S-tingzhang`, 'the change was wrong');
  right().nearly('LA10', 'nobody has found the change wrong');
};
const several: Told = (begin) => {
  const both = (manner: Say) => {
    const of = begin().draft('granted').review('approve', 'granted').decide('granted');
    const by = [of.named('undertaker', { manner: 'intent' }), of.named('reviewer', manner)];
    return of.found('procedure-broken', { by });
  };
  both({ manner: 'negligence' }).suggests('LA11', 'one by intent, one by negligence', UNDERTAKER, [
    'reviewer',
    'MAIN_LEADER',
    'reviewer',
  ]);
  both({}).nearly('LA11', 'of one it is not known how');
};

/** The promise passes in somebody's hands; what is planted is late for the rules of time, too. */
const omitted: Plant = (s, matter, n) => {
  const late = (holder: object, last: number, begin: ReturnType<typeof matter>) => {
    const m = begin.receive().accept().act(0, 'unit', 'AssignHolder', { holder });
    m.finish(m.item.promised + last);
    s.finds('TL-07', m.id, last > 0 ? 'left undone' : 'on the last day of the promise');
    if (last > 0) s.finds('TL-03', m.id, 'left undone');
    return m.id;
  };
  const suggests = (id: string, person: string, kind: string) => s.finds('LA12', `${id}; ${person}`, kind);
  const { post, staff } = s.registers.posts.find((one) => one.staff.some(({ holder }) => holder !== undefined))!;
  const cover = staff.find(({ holder }) => holder !== undefined)!;
  const covered = s.days.index(cover.from);
  const items = ordinary(s.registers.items);
  const due = (day: number) => {
    const item = items[n % items.length]!;
    return matter(item, day - item.promised);
  };
  s.nearly('LA12', late({ org: 'city', post }, 0, matter()), 'on the last day');
  suggests(late({ org: 'u05' }, 1, matter()), 'unit-head DIRECT nobody', 'nobody was assigned');
  suggests(
    late({ org: 'city', post }, 1, due(covered - 1)),
    `holder DIRECT ${cover.holder!}`,
    'before the cover began',
  );
  suggests(late({ org: 'city', post }, 1, due(covered)), `cover DIRECT ${cover.staff}`, 'on the first day of a cover');
};
const TOLD: readonly Told[] = [
  deceived,
  otherwise,
  unseen,
  turnedRight,
  notSent,
  overruled,
  alone,
  instructed,
  collective,
  above,
  several,
];
/** A few of them at each turn, all of them in five. */
const TURNS = 5;
export const attributed: Plant = (s, matter, n) => {
  TOLD.forEach((told, k) => {
    if (k % TURNS === n % TURNS) told(() => new Course(s, matter()));
  });
  if (n % TURNS === TURNS - 1) omitted(s, matter, n);
};
