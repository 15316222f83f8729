/** Golden scenario 8 over HTTP: a case from complaint to review, by people who are signed in each for himself. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, dayOf, instantOfMillis } from '../../projections/kernel/instant.js';
import { finding } from '../../src/areas/supervision/finding.js';
import { systemContext } from '../../src/ledger/self.js';
import { docketTests } from '../support/docket.js';
import { type Answer, service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const today = dayOf(new Date().toISOString());
const OFFICE = 'discipline';
const INSPECTORS = ['officer', 'wei', 'lu', 'spouse', 'judge-1', 'judge-2', 'review-1', 'review-2', 'server'];
const who = (name: string) => ({ identifier: { kind: 'staff-no', value: name }, personal: { name: `某${name}` } });
const member = (name: string, department = `dept-${name}`) => ({ ...who(name), department });
const person = (name: string) => at.tokenOf(name).account;

beforeAll(async () => {
  at = await service(
    [
      ...INSPECTORS.map((name) => ({ name, staffNo: name, roles: ['inspector'] as const, org: OFFICE })),
      ...['deputy', 'head', 'member'].map((name) => ({ name, staffNo: name, roles: ['leader'] as const, org: OFFICE })),
      { name: 'mayor', staffNo: 'mayor', roles: ['leader'] as const, org: 'county' },
      { name: 'personnel', staffNo: 'personnel', roles: ['registrar'] as const, org: 'personnel' },
      { name: 'accused', staffNo: 'accused', roles: ['inspector'] as const, org: 'market' },
      { name: 'colleague', staffNo: 'colleague', roles: ['leader'] as const, org: 'market' },
      { name: 'adapter', staffNo: 'adapter', roles: ['adapter'] as const, systems: ['other-office'] },
      { name: 'security', staffNo: 'security', roles: ['security-administrator'] as const },
    ],
    { limits: { holder: { burst: 1e9, perSecond: 1e9 }, address: { burst: 1e9, perSecond: 1e9 } } },
  );
}, 60_000);
afterAll(() => at.close());

let n = 0;
const post = (name: string, path: string, body: object = {}) =>
  at.as(name).post(`/v1/accountability/${path}`, body, `k${n++}`);
async function must(name: string, path: string, body: object = {}): Promise<Answer['body']> {
  const answer = await post(name, path, body);
  expect([path, answer.status, answer.body.broken ?? answer.body.errors]).toEqual([path, 201, undefined]);
  return answer.body;
}
/** What guards say is missing, as `G3: declaration`. */
const missing = ({ body }: Answer): string[] => [
  ...new Set(
    (body.broken as any[]).flatMap(({ code, details }) =>
      (details.missing ?? [{ code }]).map((one: any) => `${details.guard ?? code}: ${one.code}`),
    ),
  ),
];
const get = (name: string, path: string) =>
  at.as(name).get(`/v1/accountability/${path}`, { 'x-purpose': encodeURIComponent('办案') });

const outcome = (code: string) => ({
  subject: person('accused'),
  code,
  conducts: ['c-1'],
  basis: ['政务处分法 art. 39'],
  law: 'now',
});
async function sign(kind: string, drafter: string, as: Record<string, string[]>, reservation?: string) {
  const path = `affairs/L-8/documents/${kind}`;
  const known = (await get(drafter, path)).status === 200;
  await must(drafter, `${path}/${known ? 'revisions' : 'drafts'}`, known ? { reason: '重新制作' } : {});
  const { digest } = (await get(drafter, path)).body;
  for (const [capacity, names] of Object.entries(as))
    for (const name of names)
      await must(name, `${path}/signatures`, { digest, as: capacity, ...(reservation && { reservation }) });
  return digest as string;
}
const decision = (code: string) => ({
  outcomes: [outcome(code)],
  documentNo: '处〔2026〕8号',
  seal: '县政府',
  remedy: { route: '向本机关申请复核', days: 30 },
  noInterference: true,
});
async function deliberate(code: string, dissent: string) {
  await must('judge-1', 'cases/L-8/adjudication-opinions', { opinion: '事实清楚', proposal: [outcome(code)] });
  await sign('adjudication-opinion', 'judge-1', { adjudicator: ['judge-1', 'judge-2'] });
  const members = ['head', 'deputy', 'member'].map((name) => member(name));
  await must('head', 'cases/L-8/deliberations', { members, chair: person('deputy'), quorum: 2 });
  expect(missing(await post('head', 'cases/L-8/decisions', decision(code)))).toEqual(
    expect.arrayContaining(['G7: quorum', expect.stringMatching(/^SIGNED: /)]),
  );
  await must('head', 'cases/L-8/votes', { position: 'for', reason: '同意审理意见' });
  await must('deputy', 'cases/L-8/votes', { position: 'for', reason: '同意' });
  await must('member', 'cases/L-8/votes', { position: 'dissent', reason: dissent });
  await sign('minutes', 'judge-1', { member: ['head', 'deputy', 'member'], chair: ['deputy'] });
}

describe('golden scenario 8', () => {
  test('a complaint becomes a lead; whoever is accused, and his unit, do not find it', async () => {
    const reporter = { identifier: { kind: 'id-card', value: 'R-1' }, personal: { name: '李举报', contact: '139' } };
    await must('officer', 'reporters/R-8', { reporter, named: true });
    const lead = {
      source: 'complaint',
      profile: 'organ',
      subjects: [{ ...who('accused'), org: 'market', post: '窗口' }],
      orgs: [],
      allegations: [{ code: 'improper-licence', text: '承办人拟不予许可，审核人改为许可' }],
    };
    expect(missing(await post('officer', 'leads/L-8/registrations', { ...lead, reporter: 'R-9' }))).toEqual([
      'G13: reporter-unknown',
    ]);
    const { after } = await must('officer', 'leads/L-8/registrations', { ...lead, reporter: 'R-8' });
    for (const name of ['accused', 'colleague']) {
      expect((await get(name, 'affairs/L-8')).status).toBe(404);
      expect((await post(name, 'affairs/L-8/declarations', { conflict: false })).status).toBe(404);
      expect((await get(name, `leads?after=${after}`)).body.rows).toEqual([]);
    }
    expect((await get('officer', `leads?after=${after}`)).body.rows).toMatchObject([
      { lead: 'L-8', status: 'registered' },
    ]);
    // Not before a declaration, and not without a purpose; the log shows that there is something, and no more.
    const early = await get('officer', 'affairs/L-8');
    expect([early.status, missing(early)]).toEqual([409, ['G3: declaration']]);
    await must('officer', 'affairs/L-8/declarations', { conflict: false });
    expect((await at.as('officer').get('/v1/accountability/affairs/L-8')).body.code).toBe('purpose-missing');
    const page = (await get('officer', 'affairs/L-8')).body;
    expect(page.names).toEqual({ [person('accused')]: '某accused' });
    expect(JSON.stringify(page)).not.toContain('李举报');
    const then = (await at.as('officer').get(`/v1/accountability/affairs/L-8?asOf=${after}`, { 'x-purpose': 'w' }))
      .body;
    expect([then.recusal.of, page.recusal.of[person('officer')].conflict]).toEqual([{}, false]);
    const log = (await at.as('accused').get('/v1/events?limit=500')).body.events as any[];
    expect(JSON.stringify(log)).not.toContain('L-8');
    expect(log.filter(({ stream }) => /^(lead|case|recusal|document|reporter)-/.test(stream ?? ''))).toEqual([]);
    expect(log.filter(({ withheld }) => withheld).length).toBeGreaterThan(2);
  });

  test('the reporter is known by a grant for him alone, and the look is on record', async () => {
    expect((await get('officer', 'reporters/R-8')).status).toBe(404);
    const grant = { object: { type: 'reporter', id: 'R-8' }, purpose: '核实', document: '批', from: today };
    const granted = await at.as('security').post(`/v1/accounts/${person('officer')}/grants`, grant, 'grant');
    expect(granted.status).toBe(201);
    const answer = await at.as('officer').get('/v1/accountability/reporters/R-8', { 'x-purpose': 'check' });
    expect([answer.status, answer.body.reporter.personal]).toEqual([200, { name: '李举报', contact: '139' }]);
    expect((await get('deputy', 'reporters/R-8')).status).toBe(404);
    const looks = await at.opened.store.readRefs('viewed-reporter', 'R-8');
    expect(looks.map(({ actor, data }) => [actor.person, (data as any).purpose])).toEqual([
      [person('officer'), 'check'],
    ]);
  });

  test('an investigator who is the complainant’s spouse is recused; those who acted before do not decide', async () => {
    const others = [...INSPECTORS, 'deputy', 'head', 'member', 'personnel'];
    for (const name of others.filter((one) => one !== 'officer' && one !== 'spouse'))
      await must(name, 'affairs/L-8/declarations', { conflict: false });
    await must('wei', 'leads/L-8/triage', { route: 'verify', reasons: '反映具体可查' });
    const team = [member('wei'), member('lu')];
    const verify = { team, plan: '调取案卷' };
    expect(missing(await post('deputy', 'leads/L-8/verifications', verify))).toEqual(['SIGNED: document']);
    await sign('triage-opinion', 'wei', { officer: ['wei'], approver: ['deputy'] });
    await must('deputy', 'leads/L-8/verifications', verify);
    const filing = {
      profile: 'organ',
      organ: 'county-gov',
      subjects: [person('accused')],
      conducts: [{ id: 'c-1', on: '2024-01-10', summary: '改变正确意见准予许可' }],
      reason: '涉嫌违规',
    };
    expect(missing(await post('wei', 'cases/L-8/filing-proposals', { ...filing, profile: 'commission' }))).toEqual([
      'FIT: profile-mixed',
    ]);
    await must('wei', 'cases/L-8/filing-proposals', filing);
    await must('personnel', 'authorities', {
      of: { kind: 'staff-no', value: 'accused' },
      organ: 'county-gov',
      level: 'county',
      standing: 'ordinary',
      from: '2020-01-01',
      document: '权限',
    });
    const refused = await post('head', 'cases/L-8/filings', { caseNo: '立〔2026〕8号' });
    expect(missing(refused)).toEqual(['G9: not-claimed', 'SIGNED: document']);
    await must('officer', 'conducts/c-1/claims', { case: 'L-8', organ: 'county-gov' });
    await sign('filing-report', 'wei', { head: ['head'] });
    await must('head', 'cases/L-8/filings', { caseNo: '立〔2026〕8号' });
    await must('spouse', 'affairs/L-8/declarations', {
      conflict: true,
      grounds: 'near-relative',
      details: '系举报人配偶',
    });
    const assign = (...names: string[]) => ({ members: names.map((name) => member(name)), plan: '方案' });
    expect(missing(await post('head', 'cases/L-8/investigators', assign('wei', 'spouse')))).toEqual(['G3: ruling']);
    await must('head', 'affairs/L-8/recusal-rulings', {
      person: person('spouse'),
      result: 'recused',
      reason: '近亲属',
    });
    expect(missing(await post('head', 'cases/L-8/investigators', assign('wei', 'spouse')))).toEqual(['G3: recused']);
    expect(missing(await get('spouse', 'affairs/L-8'))).toEqual(['G3: recused']);
    await must('head', 'cases/L-8/investigators', assign('wei', 'lu'));
  });

  test('facts on evidence that two have signed are served and answered; a heavier outcome without a new fact is not to be had', async () => {
    const by = [person('wei'), person('lu')];
    const evidence = {
      evidence: 'v-1',
      kind: 'document',
      digest: `sha256:${'a'.repeat(64)}`,
      obtainedFrom: '档案',
      obtainedBy: by,
    };
    expect(missing(await post('judge-1', 'cases/L-8/evidence', evidence))).toEqual(['CAPACITY: not-as']);
    await must('wei', 'cases/L-8/evidence', evidence);
    await must('lu', 'cases/L-8/evidence-signatures', { evidence: 'v-1' });
    await must('wei', 'cases/L-8/facts', {
      fact: 'f-1',
      conduct: 'c-1',
      text: '审核人改变正确意见',
      evidence: ['v-1'],
    });
    await must('wei', 'cases/L-8/conclusions', { proposal: [outcome('WARNING')], noInterference: true });
    await sign('findings-report', 'wei', { investigator: ['wei', 'lu'] }, '对情节有不同看法');
    await sign('facts-notice', 'wei', { investigator: ['wei', 'lu'] });
    await must('wei', 'cases/L-8/facts-services', { servers: by, signed: 'signed', answerBy: addDays(today, 30) });
    const points = [{ id: 'd-1', text: '系按领导意见办理' }];
    await must('lu', 'cases/L-8/defences', { subject: person('accused'), by, points });
    const start = { members: [member('judge-1', 'trial'), member('judge-2', 'trial')] };
    expect(missing(await post('head', 'cases/L-8/adjudications', start))).toEqual(['G5: unanswered']);
    await must('wei', 'cases/L-8/defence-answers', { point: 'd-1', accepted: false, reason: '无证据支持' });
    expect(missing(await post('head', 'cases/L-8/adjudications', { members: [member('wei', 'trial')] }))).toEqual([
      'G2: same-person',
    ]);
    await must('head', 'cases/L-8/adjudications', start);
    const heavier = { opinion: '从重', proposal: [outcome('DEMERIT')] };
    const refused = await post('judge-1', 'cases/L-8/adjudication-opinions', heavier);
    expect([refused.status, missing(refused)]).toEqual([409, ['G6: heavier']]);
    expect(refused.body.broken[0]).toMatchObject({
      code: 'G6-no-aggravation',
      basis: expect.stringContaining('政务处分法 art. 43'),
      details: {
        mend: { zh: expect.any(String) },
        inputs: { before: { [person('accused')]: 11 }, now: { [person('accused')]: 12 } },
      },
      says: { zh: '不得因申辩、复审加重' },
    });
  });

  test('it is deliberated, with a dissent that stays on record, decided, served and executed', async () => {
    await deliberate('WARNING', '情节轻微，应批评教育');
    const dry = await at
      .as('head')
      .post('/v1/accountability/cases/L-8/decisions?dryRun=true', decision('WARNING'), 'dry');
    expect([dry.body.dryRun, dry.body.events[0].type]).toEqual([true, 'DecisionMade']);
    await must('head', 'cases/L-8/decisions', decision('WARNING'));
    expect(missing(await post('deputy', 'affairs/L-8/documents/decision/drafts'))).toEqual(['G2: same-person']);
    const digest = await sign('decision', 'judge-2', { head: ['head'] });
    const servers = [person('wei'), person('server')];
    const { after } = await must('officer', 'cases/L-8/decision-services', {
      servers,
      announced: '本单位',
      signed: 'signed',
    });
    await sign('service-record', 'officer', { server: ['wei', 'server'] });
    await must('personnel', 'cases/L-8/executions', { plan: '归入档案' });
    const page = (await get('head', 'affairs/L-8')).body;
    expect(page.case.votes).toContainEqual(expect.objectContaining({ member: person('member'), position: 'dissent' }));
    const kept = (await get('head', `contents/${digest}?after=${after}`)).body;
    expect(kept).toMatchObject({ digest, affair: 'L-8', kind: 'decision', content: { documentNo: '处〔2026〕8号' } });
    const paper = await at
      .as('head')
      .get('/v1/accountability/affairs/L-8/documents/decision/paper', { 'x-purpose': 'print' });
    expect([paper.status, paper.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    for (const text of ['处分决定书', '某accused', '警告', 'size:A4', digest, 'src:url(data:font/woff2;base64,'])
      expect(paper.body).toContain(text);
    expect(paper.headers.get('content-security-policy')).toContain('font-src data:');
    for (const kind of ['facts-notice', 'minutes', 'service-record'])
      expect((await get('head', `affairs/L-8/documents/${kind}/paper`)).body).toMatch(/woff2;base64,[^]*size:A4/);
  });

  test('what may be done next, by whom, and how every guard stands', async () => {
    const next = (await get('officer', 'affairs/L-8/next?of=case')).body;
    expect(next).toMatchObject({ status: 'executing', says: { zh: '执行' } });
    const period = next.next.find(({ command }: any) => command === 'StartPeriod');
    expect(period).toMatchObject({ to: 'effect-period', acts: { capacity: 'officer' }, missing: [], asks: ['G12'] });
    const { guards } = (await get('officer', 'affairs/L-8/guards')).body;
    const standing = Object.fromEntries(guards.map((one: any) => [one.guard, one.standing.code]));
    expect(standing).toMatchObject({ G1: 'met', G2: 'met', G4: 'met', G7: 'met', G8: 'met', G10: 'met', G15: 'met' });
    expect(guards.find(({ guard }: any) => guard === 'G6').evaluated.length).toBeGreaterThan(2);
    expect((await get('officer', 'affairs/L-8/next?of=lead')).body).toMatchObject({ status: 'verifying', next: [] });
  });

  test('a review by people who had no part in it revokes; it is decided anew, and no heavier', async () => {
    const { case: of } = (await get('officer', 'affairs/L-8')).body;
    const request = { subject: person('accused'), decision: of.decision.event, grounds: '程序', receivedOn: today };
    await must('officer', 'reviews/L-8/requests', request);
    const reviewers = (...names: string[]) => ({ members: names.map((name) => member(name)) });
    expect(missing(await post('head', 'reviews/L-8/reviewers', reviewers('judge-1', 'review-2')))).toEqual([
      'G11: same-person',
    ]);
    await must('head', 'reviews/L-8/reviewers', reviewers('review-1', 'review-2'));
    const change = { result: 'change', ground: 'improper', outcomes: [outcome('DEMOTION')], reason: '偏轻' };
    expect(missing(await post('review-1', 'reviews/L-8/decisions', change))).toEqual(['G6: heavier']);
    await must('review-1', 'reviews/L-8/decisions', {
      result: 'revoke',
      ground: 'facts-unclear',
      outcomes: [],
      reason: '事实不清',
    });
    await sign('review-decision', 'review-1', { reviewer: ['review-1', 'review-2'] });
    const { review } = (await get('officer', 'affairs/L-8')).body;
    await must('head', 'cases/L-8/revocations', { review: review.result.event });
    expect((await get('officer', 'affairs/L-8')).body.case).toMatchObject({ status: 'adjudicating', decision: null });
    expect(
      missing(
        await post('judge-1', 'cases/L-8/adjudication-opinions', { opinion: '重', proposal: [outcome('DEMERIT')] }),
      ),
    ).toEqual(['G6: heavier']);
    await deliberate('CRITICISM', '不应处理');
    await must('head', 'cases/L-8/decisions', decision('CRITICISM'));
  });
});

describe('signing', () => {
  test('takes a second factor that was shown just now, and what was seen', async () => {
    await must('judge-1', 'affairs/L-8/documents/decision/revisions', { reason: '新的决定' });
    const path = '/v1/accountability/affairs/L-8/documents/decision';
    const { digest, voided, current } = (await at.as('head').get(path)).body;
    expect([voided.length, current]).toEqual([1, true]);
    const stale = await at
      .as('head')
      .post(`${path}/signatures`, { digest: `sha256:${'0'.repeat(64)}`, as: 'head' }, 'stale');
    expect(missing(stale)).toEqual(['digest-of-another-version: digest-of-another-version']);
    expect((await at.as('judge-1').post(`${path}/signatures`, { digest, as: 'head' }, 'not-head')).status).toBe(403);
    await at.app.identity.secrets.pool.query(
      `update identity.sessions set begun_at = begun_at - interval '11 minutes' where account = $1`,
      [person('head')],
    );
    at.app.identity.forget();
    const late = await at.as('head').post(`${path}/signatures`, { digest, as: 'head' }, 'late');
    expect([late.status, late.body.code]).toEqual([403, 'signing-needs-code']);
    await at.app.identity.secrets.pool.query(`update identity.sessions set begun_at = now() where account = $1`, [
      person('head'),
    ]);
    at.app.identity.forget();
    expect((await at.as('head').post(`${path}/signatures`, { digest, as: 'head' }, 'fresh')).status).toBe(201);
  });
});
docketTests(() => at, { must, get });
describe('what another office did', () => {
  test('is recorded and marked; what cannot be read is refused by field', async () => {
    const report = (command: string, data: object, event: string) => ({
      id: 'X-1',
      command,
      data,
      occurredAt: `${today}T09:00:00+08:00`,
      precision: 'second',
      source: { system: 'other-office', batch: 'b', case: 'X-1', event, registeredAt: null },
    });
    const decided = { outcomes: [{ ...outcome('DISMISSAL'), subject: 'somebody' }] };
    const answer = await at.as('adapter').post('/v1/reports/accountability', report('Decide', decided, '1'), 'r1');
    expect([answer.status, answer.body.outcome]).toEqual([201, 'recorded']);
    const [event] = await at.opened.store.readStream('case-X-1', 0);
    expect(event!.irregularities.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['out-of-order', 'G5-heard', 'G7-collective', 'G10-content', 'not-signed']),
    );
    const bad = await at
      .as('adapter')
      .post('/v1/reports/accountability', report('Decide', { outcomes: [{ code: 'HANGED' }] }, '2'), 'r2');
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([400, '/data/outcomes/0/subject']);
    expect((await post('officer', 'leads/L-9/registrations', { source: 'rumour' })).status).toBe(400);
  });
});

describe('a lead of a finding', () => {
  test('has its id, takes two people not to be, and shows what has become of the finding since', async () => {
    const send = (id: string, type: string, data: object, by: string | null) => {
      const context = systemContext(at.opened, instantOfMillis(at.opened.millis()));
      return at.app.commands.send(finding, id, { type, data } as never, {
        context: { ...context, by: { ...context.by, person: by } },
        key: `${type}-${id}`,
      });
    };
    const about = { on: today, matterId: null, itemCode: null, org: 'market', placeKind: null, centre: null };
    const judged = { severity: 'red', certain: true, evidence: [], tested: {}, parameters: {}, details: {} };
    await send('F-8', 'RaiseFinding', { rule: 'DA-01', subject: 'x', ruleVersion: 1, about, ...judged }, null);
    const allegations = [{ code: 'DA-01', text: '两头受理' }];
    const lead = { source: 'finding', profile: 'adm', reference: 'F-8', subjects: [], orgs: ['market'], allegations };
    expect(missing(await post('officer', 'leads/F-8/registrations', lead))).toEqual(['FIT: finding-not-upheld']);
    await send('F-8', 'UpholdFinding', { reason: '属实' }, person('officer'));
    expect(missing(await post('officer', 'leads/L-88/registrations', lead))).toContain('FIT: not-by-its-finding');
    await must('officer', 'leads/F-8/no-lead-proposals', { reason: '已整改' });
    const { after } = await must('deputy', 'leads/F-8/no-lead-refusals', { reason: '须追责' });
    const docket = async (name: string) => (await at.as(name).get(`/v1/docket?after=${after}`)).body.items as any[];
    const proposed = (await docket('officer')).find(({ stream }) => stream === 'finding-F-8');
    expect(proposed).toMatchObject({ machine: 'finding', limit: 'lead', rests: { rule: 'DA-01', stands: true } });
    expect(proposed.next.map(({ command }: any) => command)).toEqual(['ProposeNoLead', 'RegisterLead']);
    expect((await docket('accused')).map(({ stream }) => stream)).not.toContain('finding-F-8');
    await must('officer', 'leads/F-8/registrations', lead);
    expect((await post('wei', 'leads/F-8/registrations', lead)).status).toBe(409);
    await must('officer', 'affairs/F-8/declarations', { conflict: false });
    const superseded = await send('F-8', 'SupersedeFinding', { rule: 'DA-01', subject: 'x', by: 'F-9' }, null);
    const page = (await get('officer', `affairs/F-8?after=${(superseded as { after: string }).after}`)).body;
    expect(page.finding).toMatchObject({ finding: 'F-8', status: 'superseded', by: 'F-9' });
    expect((await get('colleague', 'affairs/F-8')).status).toBe(404);
  });
});
