/** Leads and cases of another office: the procedure broken in each way, and what only looks like it. */
import { changed, PATHS, period } from './affair-paths.js';
import { Affair, CAST, members, type Track } from './affairs.js';
import type { Plant } from './facts.js';
import { foundIn, instant, type Script, STAFF } from './script.js';

const FIRST = 2;
/** So late that all of it is over before the story is. */
const LATEST = 60;
const counted = new WeakMap<Script, number>();
export function affair(s: Script, track: Track = 'organ', organ?: string): Affair {
  const n = (counted.get(s) ?? 0) + 1;
  counted.set(s, n);
  return new Affair(s, `XS-${String(n).padStart(4, '0')}`, s.dice.between(FIRST, LATEST), track, organ);
}
const reason = { reason: '研究决定' };

/** AC-01: on the last day and on the one after it; extended and suspended, as the law has it and not. */
const late: Plant = (s) => {
  const triaged = (days: number) =>
    affair(s, 'adm')
      .register()
      .lead(days, 'HoldLead', reason)
      .lead(days + 1, 'TakeUpLead', reason, CAST.triager)
      .lead(days + 2, 'CloseLead', { category: 'unfounded', reason: '失实', harm: false });
  s.nearly('AC-01', `lead-${triaged(5).id} triage`, 'on the last day');
  s.finds('AC-01', `lead-${triaged(6).id} triage`, 'on the day after');
  const filing = (days: number) =>
    affair(s)
      .register()
      .proposed(2)
      .case(2 + days, 'RejectFiling', { reason: '不立案', harm: false });
  s.nearly('AC-01', `case-${filing(10).id} filing`, 'on the last day');
  s.finds('AC-01', `case-${filing(11).id} filing`, 'on the day after');
};
/** Thirty working days of handling in the first track, filed on the twelfth day. */
const handled: Plant = (s) => {
  const handling = (over: number, how: (of: Affair) => Affair) => {
    const of = how(affair(s, 'adm').filed());
    of.case(over, 'CancelCase', { reason: '事实不成立', unitNotified: 'u05', harm: false });
    return `case-${of.id} handling-days`;
  };
  const suspended = (ground: string) => (of: Affair) =>
    of.case(20, 'SuspendInvestigation', { ground, ...reason }).case(30, 'ResumeInvestigation', reason);
  s.nearly(
    'AC-01',
    handling(42, (of) => of),
    'on the thirtieth day',
  );
  s.finds(
    'AC-01',
    handling(43, (of) => of),
    'on the thirty-first',
  );
  s.nearly('AC-01', handling(50, suspended('expert-opinion')), 'suspended on a ground of the law');
  s.finds('AC-01', handling(50, suspended('busy')), 'suspended on no ground of the law');
  const why = { ground: 'complex', reason: '案情复杂' };
  const extended = (day: number) => (of: Affair) =>
    of.case(day - 2, 'ProposeExtension', why, CAST.investigators[0]).case(day, 'ExtendInvestigation', reason);
  s.nearly('AC-01', handling(60, extended(42)), 'extended on the last day');
  s.finds('AC-01', handling(60, extended(43)), 'extended when it was over');
};

/** AC-02: declarations, rulings and requests, before and after what was done. */
const recused: Plant = (s, _, n) => {
  const another = 'S-jd-20';
  const evidence = (of: Affair, day: number) =>
    of.undeclared(
      day,
      'AddEvidence',
      {
        evidence: `ZJ-${day}`,
        kind: 'document',
        digest: `sha256:${'0'.repeat(64)}`,
        obtainedFrom: '窗口',
        obtainedBy: [],
      },
      another,
    );
  const over = (of: Affair) => of.case(20, 'CancelCase', { reason: '不成立', unitNotified: 'u05', harm: false });
  const tried = (how: (of: Affair) => Affair) => over(how(affair(s).filed())).id;
  s.finds(
    'AC-02',
    tried((of) => evidence(of, 14).declare(15, another)),
    'declared afterwards',
  );
  s.nearly(
    'AC-02',
    tried((of) => evidence(of.declare(13, another, false, { told: 18 }), 14)),
    'declared before, told afterwards',
  );
  s.finds(
    'AC-02',
    tried((of) => evidence(of.declare(13, another, true), 14).rule(16, another, 'stays')),
    'not ruled on yet',
  );
  s.nearly(
    'AC-02',
    tried((of) => evidence(of.declare(13, another, true).rule(14, another, 'stays'), 15)),
    'ruled to stay',
  );
  if (n % 2 === 0)
    s.finds(
      'AC-02',
      tried((of) => evidence(of.declare(13, another, true).rule(14, another, 'recused'), 15)),
      'recused',
    );
  s.finds(
    'AC-02',
    tried((of) => evidence(of.declare(12, another).request(13, another), 14).rule(16, another, 'recused')),
    'asked for before, granted afterwards',
  );
  s.nearly(
    'AC-02',
    tried((of) => evidence(of.declare(12, another).request(13, another), 14).rule(16, another, 'stays')),
    'asked for and refused',
  );
};

/** AC-03: two parts of one affair, and of two. */
const separate: Plant = (s, _, n) => {
  const [investigator] = CAST.investigators;
  const cancelled = (of: Affair, day: number) =>
    of.case(day, 'CancelCase', { reason: '不成立', unitNotified: 'u05', harm: false }).id;
  const adjudicated = (by: string) =>
    affair(s)
      .filed()
      .served(14, 'WARNING')
      .case(30, 'StartAdjudication', { members: members(by) });
  s.finds('AC-03', cancelled(adjudicated(investigator), 34), 'investigates and adjudicates');
  s.nearly('AC-03', cancelled(adjudicated(CAST.adjudicators[1]), 34), 'somebody else adjudicates');
  s.finds('AC-03', cancelled(affair(s).filed(0, { proposer: CAST.head }), 20), 'proposes and approves');
  const one = affair(s).filed(0, { proposer: 'S-jd-21', approver: 'S-jd-22' });
  const two = affair(s).filed(0, { proposer: 'S-jd-22', approver: 'S-jd-21' });
  s.nearly('AC-03', cancelled(one, 20), 'proposes here and approves there');
  s.nearly('AC-03', cancelled(two, 20), 'approves here and proposes there');
  if (n % 2 === 1) return;
  const voting = affair(s)
    .filed()
    .served(14, 'WARNING')
    .case(30, 'StartAdjudication', { members: members(...CAST.adjudicators) });
  const panel = { members: members(...CAST.panel.slice(0, 2), investigator), chair: STAFF(CAST.panel[1]), quorum: 2 };
  s.finds('AC-03', cancelled(voting.case(34, 'ConveneDeliberation', panel), 38), 'investigates and deliberates');
};

/** AC-04: heavier than was served, with a new fact and without one. */
const heavier: Plant = (s) => {
  const rest = (of: Affair) => of.announced(46).case(50, 'StartPeriod', { ...periodOf(of, 12) }, CAST.registrar);
  const decided = (code: string, how: (of: Affair) => Affair = (of) => of, opinion = code) =>
    rest(how(affair(s).filed().served(14, 'WARNING')).decided(32, code, {}, opinion)).id;
  s.finds('AC-04', decided('DEMERIT'), 'heavier than was served');
  s.nearly('AC-04', decided('WARNING'), 'as it was served');
  s.nearly('AC-04', decided('WARNING', undefined, 'DEMERIT'), 'only the opinion was heavier');
  const again = (of: Affair, fact: string, told?: number) => of.fact(26, fact, told === undefined ? {} : { told });
  s.nearly(
    'AC-04',
    decided('DEMERIT', (of) => again(of, 'SS-2')),
    'with a new fact',
  );
  s.nearly(
    'AC-04',
    decided('DEMERIT', (of) => again(of, 'SS-2', 60)),
    'with a new fact that is told late',
  );
  s.finds(
    'AC-04',
    decided('DEMERIT', (of) => again(of, 'SS-1')),
    'with a fact that was known',
  );
};
const periodOf = (of: Affair, months: number) => period(of, 39, months);

/** AC-05: two organs and one conduct. */
const twice: Plant = (s) => {
  const sanctioned = (code: string, elsewhere: string, organ = 'supervision-commission') => {
    const of = affair(s).filed().served(14, code).decided(32, code).announced(46);
    of.tell(
      'conduct',
      `XW-${of.id}`,
      50,
      'ReportSanction',
      { organ, code: elsewhere, document: '决定', on: of.on(48) },
      null,
    );
    return of;
  };
  const over = (of: Affair, code: string) =>
    code === 'CRITICISM' ? of.closed(52) : of.case(52, 'StartPeriod', periodOf(of, 6), CAST.registrar);
  const tried = (code: string, elsewhere: string, organ?: string) =>
    `XW-${over(sanctioned(code, elsewhere, organ), code).id}`;
  s.finds('AC-05', tried('WARNING', 'DEMERIT'), 'two organs, one conduct');
  s.nearly('AC-05', tried('CRITICISM', 'DEMERIT'), 'one of the two is no sanction');
  s.nearly('AC-05', tried('WARNING', 'TALK_REMIND'), 'the other is no sanction');
  s.nearly('AC-05', tried('WARNING', 'WARNING', 'city-government'), 'the same organ');
  const changed = sanctioned('WARNING', 'DEMERIT');
  changed
    .case(54, 'TakeChange', { review: 'FC', outcomes: [changed.outcome('CRITICISM')] })
    .announced(56)
    .closed(60);
  s.nearly('AC-05', `XW-${changed.id}`, 'changed into no sanction');
};

/** AC-06: each of the five elements. */
const defective: Plant = (s, _, n) => {
  const decided = (more: object, fact: boolean, told?: number) => {
    const of = affair(s).filed();
    if (fact) of.fact(20, 'SS-1', told === undefined ? {} : { told });
    return of.decision(30, 'CRITICISM', more).announced(34).closed(38).id;
  };
  s.nearly('AC-06', decided({}, true), 'nothing is missing');
  s.nearly('AC-06', decided({}, true, 36), 'the fact is told late');
  s.finds('AC-06', decided({}, false), 'no facts');
  s.finds(
    'AC-06',
    decided({ remedy: n % 2 === 0 ? { route: '', days: 30 } : { route: '复核', days: 0 } }, true),
    'no remedy',
  );
  s.finds('AC-06', decided({ seal: '' }, true), 'no organ');
};

/** AC-07: a red finding that was upheld, and what came of it. */
const upheld: Plant = (s, matter) => {
  const found = (come: (at: (n: number) => string, id: string, day: (n: number) => string) => void) => {
    const m = matter(undefined, s.dice.between(20, 150)).acceptElsewhere(0, true);
    m.finish(m.calm);
    s.finds('DA-01', m.id, 'and it is upheld');
    const id = foundIn('DA-01', m.id);
    const at = (n: number) => instant(m.on(m.calm + 4 + n), 15 * 60);
    const by = { person: 'S-jd-30', org: 'discipline' };
    s.line({ at: at(0), category: 'finding', id, type: 'UpholdFinding', data: { reason: '属实' }, by });
    come(at, id, (n) => m.on(m.calm + 4 + n));
    return `DA-01 ${m.id}`;
  };
  const lead = (at: string, id: string, type: string, data: object, who: string) =>
    s.line({
      at,
      category: 'lead',
      id,
      type,
      data,
      by: { person: who, org: 'discipline' },
      report: { system: 'discipline-system', occurredAt: at, batch: at.slice(0, 10), registeredAt: at },
    });
  const registered = (n: number) =>
    found((at, id) => {
      const data = { source: 'finding', reference: id, profile: 'organ', subjects: [], orgs: ['u05'], allegations: [] };
      lead(at(n), id, 'RegisterLead', data, CAST.registrar);
      for (const who of [CAST.leader, CAST.triager]) declared(s, at(n), id, { conflict: false }, who);
      lead(at(n + 3), id, 'CloseLead', { category: 'dealt-with', reason: '已整改', harm: false }, CAST.leader);
    });
  s.nearly('AC-07', registered(5), 'a lead on the fifth day');
  s.finds('AC-07', registered(6), 'a lead on the sixth');
  s.nearly(
    'AC-07',
    found((at, id) => {
      lead(at(1), id, 'ProposeNoLead', reason, CAST.registrar);
      lead(at(3), id, 'ConfirmNoLead', reason, CAST.leader);
    }),
    'no lead, by two people',
  );
  s.finds(
    'AC-07',
    found((at, id) => {
      lead(at(1), id, 'ProposeNoLead', reason, CAST.registrar);
      lead(at(3), id, 'RefuseNoLead', reason, CAST.leader);
    }),
    'that there be no lead was refused',
  );
  s.finds(
    'AC-07',
    found(() => undefined),
    'nothing came of it',
  );
};
const declared = (s: Script, at: string, id: string, data: object, who: string) =>
  s.line({
    at,
    category: 'recusal',
    id,
    type: 'DeclareConflict',
    data,
    by: { person: who, org: 'discipline' },
    report: { system: 'discipline-system', occurredAt: at, batch: at.slice(0, 10), registeredAt: at },
  });

/** Nothing is wrong in any of them. */
const right: Plant = (s, _, n) => {
  for (const path of PATHS[n % PATHS.length]!) {
    const of = path(affair(s));
    for (const rule of ['AC-02', 'AC-03']) s.nearly(rule, of.id, 'as the table has it');
  }
};
/** Filed in the weeks before the story, decided in it, changed by a review. */
const begunBefore: Plant = (s, _, n) => {
  if (n > 0) return;
  const { id } = changed(new Affair(s, 'XS-0000', -15));
  for (const rule of ['AC-02', 'AC-03']) s.nearly(rule, id, 'begun before the story');
};
export const accountabilityPlants: readonly Plant[] = [
  late,
  handled,
  recused,
  separate,
  heavier,
  twice,
  defective,
  upheld,
  right,
  begunBefore,
];
