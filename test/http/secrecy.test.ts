/**
 * Whoever is accused, and whoever is of the accused unit, asks every route before there is an affair and after: nothing
 * names it, and every answer is the one that there was without it.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { addDays, dayOf, instantOfMillis } from '../../projections/kernel/instant.js';
import { day } from '../../src/areas/calendar/day.js';
import { finding } from '../../src/areas/supervision/finding.js';
import type { Decider } from '../../src/kernel/decider.js';
import { ledgerSelf, SELF, systemContext } from '../../src/ledger/self.js';
import { belongingTests } from '../support/belonging.js';
import { type Answer, service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const today = dayOf(new Date().toISOString());
const AFFAIR = 'secret-7Q';
const CONDUCT = 'conduct-7Q';
const REPORTER = 'reporter-7Q';
/** An upheld finding of the unit, which knows of it; and of the lead that comes of it by the same name it does not. */
const FINDING = 'F-1';
/** About somebody else, so that lists are not empty. */
const OTHER = 'L-other';
const INVOLVED = ['accused', 'boss', 'auditor', 'unit', 'registrar', 'audit', 'system'] as const;
const who = (name: string) => ({ identifier: { kind: 'staff-no', value: name }, personal: { name: `某${name}` } });
const person = (name: string) => at.tokenOf(name).account;

beforeAll(async () => {
  const of = (name: string, role: string, org: string) => ({ name, staffNo: name, roles: [role] as never, org });
  at = await service(
    [
      ...['officer', 'wei', 'lu'].map((name) => of(name, 'inspector', 'discipline')),
      of('head', 'leader', 'discipline'),
      of('accused', 'inspector', 'market'),
      of('boss', 'leader', 'market'),
      of('auditor', 'auditor', 'market'),
      { ...of('unit', 'handler', 'market'), roles: ['handler', 'approver'] },
      of('registrar', 'registrar', 'market'),
      of('audit', 'audit-administrator', 'market'),
      of('system', 'system-administrator', 'market'),
      of('security', 'security-administrator', 'office'),
      of('personnel', 'registrar', 'office'),
      { name: 'adapter', staffNo: 'adapter', roles: ['adapter'], systems: ['other-office'] },
    ],
    { limits: { holder: { burst: 1e9, perSecond: 1e9 }, address: { burst: 1e9, perSecond: 1e9 } } },
  );
  const context = systemContext(at.opened, new Date().toISOString());
  const data = { name: 'test', mode: 'real', region: 'CN-GX' } as const;
  await at.app.commands.send(ledgerSelf, SELF, { type: 'OpenLedger', data }, { context, key: 'open' });
  const yesterday = { region: 'CN-GX', date: addDays(today, -1) };
  await send(day, `CN-GX-${yesterday.date}`, 'CloseDay', yesterday);
  at.app.policies.start();
}, 60_000);
afterAll(() => at.close());

let n = 0;
const why = { reason: '理由' };
async function must(name: string, path: string, body: object = {}): Promise<Answer['body']> {
  const answer = await at.as(name).post(`/v1/${path}`, body, `k${n++}`);
  expect([path, answer.status, answer.body.broken ?? answer.body.errors]).toEqual([path, 201, undefined]);
  return answer.body;
}
const report = (
  area: string,
  id: string,
  command: string,
  data: object,
  by: string | null,
  day = addDays(today, -200),
) =>
  must('adapter', `reports/${area}`, {
    id,
    command,
    data,
    occurredAt: `${day}T09:00:00+08:00`,
    precision: 'second',
    source: { system: 'other-office', batch: 'b', case: id, event: `${n}`, registeredAt: null },
    by: { ...(by !== null && { person: { kind: 'staff-no', value: by } }), org: 'discipline' },
  });
const send = (of: Decider, id: string, type: string, data: object, on = today) => {
  const now = systemContext(at.opened, instantOfMillis(at.opened.millis()));
  const context = on === today ? now : { ...now, occurredAt: `${on}T09:00:00+08:00`, on };
  return at.app.commands.send(of, id, { type, data }, { context, key: `${type}-${id}` });
};
const registration = (subjects: object[], more: object = {}) => ({
  source: 'complaint',
  profile: 'organ',
  subjects,
  orgs: [],
  allegations: [{ code: 'a', text: '反映' }],
  ...more,
});
const outcome = (code: string) => ({
  subject: person('accused'),
  code,
  conducts: [CONDUCT],
  basis: ['政务处分法 art. 39'],
  law: 'now',
});

/** What there is whether or not somebody is accused. */
async function before(): Promise<void> {
  const acceptance = { itemCode: 'SP-1' };
  await report('matters', 'M-1', 'AcceptMatter', acceptance, 'unit');
  const about = { on: today, matterId: null, itemCode: null, org: 'market', placeKind: null, centre: null };
  const judged = { severity: 'red', certain: true, evidence: [], tested: {}, parameters: {}, details: {} };
  const raised = { rule: 'DA-01', subject: 'x', ruleVersion: 1, about, ...judged };
  await send(finding, FINDING, 'RaiseFinding', raised, addDays(today, -30));
  await send(finding, FINDING, 'UpholdFinding', { reason: '属实' }, addDays(today, -30));
  await must('officer', `accountability/leads/${OTHER}/registrations`, registration([], { orgs: ['health'] }));
  await report('accountability', 'X-1', 'RegisterLead', registration([{ ...who('somebody'), org: 'health' }]), 'wei');
  await report('accountability', 'X-1', 'ProposeTriage', { route: 'verify', reasons: '反映' }, 'wei');
}
/** A lead of a complaint, its case that breaks what may be broken, and a lead of the finding. */
async function after(): Promise<void> {
  const reporter = { identifier: { kind: 'id-card', value: 'R-1' }, personal: { name: '李举报' } };
  await must('officer', `accountability/reporters/${REPORTER}`, { reporter, named: true });
  const grant = { object: { type: 'reporter', id: REPORTER }, purpose: '核实', document: '批', from: today };
  await must('security', `accounts/${person('officer')}/grants`, grant);
  await at.as('officer').get(`/v1/accountability/reporters/${REPORTER}`, { 'x-purpose': 'check' });
  const mine = { ...who('accused'), org: 'market' };
  await must('officer', `accountability/leads/${AFFAIR}/registrations`, registration([mine], { reporter: REPORTER }));
  await must('officer', `accountability/affairs/${AFFAIR}/declarations`, { conflict: false });
  const tell = (command: string, data: object, by: string | null, on?: string) =>
    report('accountability', AFFAIR, command, data, by, on);
  await tell('ProposeTriage', { route: 'verify', reasons: '反映' }, 'wei');
  await tell('StartVerification', { team: [{ ...who('wei'), department: 'd' }], plan: '方案' }, 'wei');
  const conducts = [{ id: CONDUCT, on: '2024-01-10', summary: '行为' }];
  const subjects = [person('accused')];
  await tell('ProposeFiling', { profile: 'organ', organ: 'gov', subjects, conducts, reason: '涉嫌' }, 'wei');
  await tell('ApproveFiling', { caseNo: '立7Q' }, 'wei');
  await must('officer', `accountability/conducts/${CONDUCT}/claims`, { case: AFFAIR, organ: 'gov' });
  await tell('Decide', { outcomes: [outcome('WARNING')], documentNo: '处7Q', noInterference: true }, 'wei', today);
  const elsewhere = { organ: 'commission', code: 'WARNING', document: '文7Q', on: today };
  await report('accountability', CONDUCT, 'ReportSanction', elsewhere, null);
  await must('officer', `accountability/affairs/${AFFAIR}/documents/decision/drafts`);
  const of = { kind: 'staff-no', value: 'accused' };
  const power = { of, organ: 'gov', level: 'county', standing: 'ordinary', from: '2020-01-01', document: '权7Q' };
  await must('personnel', 'accountability/authorities', power);
  const held = { reason: '案7Q需要', document: '函7Q' };
  await must('officer', `persons/${person('accused')}/holds`, held);
  const prior = { of, document: '免7Q', on: today };
  await must('personnel', 'accountability/authorities/prior-steps', prior);
  // The look at the affair, with the names that it opens.
  for (const path of ['', '/file'])
    await at.as('officer').get(`/v1/accountability/affairs/${AFFAIR}${path}`, { 'x-purpose': 'case' });
  const ofFinding = registration([], { source: 'finding', reference: FINDING, orgs: ['market'] });
  await must('officer', `accountability/leads/${FINDING}/registrations`, ofFinding);
}
const AC = ['AC-01', 'AC-02', 'AC-03', 'AC-05', 'AC-06', 'AC-07'];
/** Findings of some rules about some things, as the ledger's own people see them once the policies have told all. */
async function found(rules: readonly string[], about: RegExp) {
  for (let tries = 0; ; tries++) {
    const { body } = await at.as('officer').get('/v1/findings?limit=1000');
    const rows = (body.rows as { finding: string; rule: string; subject: string }[]).filter(({ subject }) =>
      about.test(subject),
    );
    if (rules.every((rule) => rows.some((row) => row.rule === rule)) || tries === 150) return rows;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const paths = Object.entries(
  (JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, { get?: object }> }).paths,
).flatMap(([path, { get }]) => (get ? [path] : []));
/** What tells of the log's length or of this very moment, whatever there is in it; and what a policy runs when a day is over. */
const OF_THE_LOG =
  /^\/(metrics|health|log\/|v1\/seal|v1\/money\/reconciliation|v1\/events$|v1\/events\/(export|stream)|v1\/sessions?$|v1\/oidc)/;
const FILLED: Readonly<Record<string, readonly string[]>> = {
  org: ['market', 'discipline'],
  centre: ['centre', 'market'],
  region: ['CN'],
  year: ['2026'],
  kind: ['decision'],
  rule: [...AC, 'DA-01'],
  test: ['gaps'],
};
const RELEVANT = /^\/v1\/(accountability|findings|matters|accounts)/;
/** Every path with everything in it that the affair could be known by. */
function asked(name: string, ids: readonly string[]): readonly string[] {
  // Money and registers answer everybody who may read them alike: two ask them.
  const isAsked = (path: string) =>
    ['accused', 'auditor'].includes(name) ||
    /^\/v1\/(accountability|docket|findings|rules|looks|accounts|persons|matters)/.test(path);
  const fill = (path: string): readonly string[] => {
    const name = /\{(\w+)\}/.exec(path)?.[1];
    if (name === undefined) return [path];
    if (path.startsWith('/v1/persons')) return [path.replace(`{${name}}`, person('accused'))];
    const values = FILLED[name] ?? (RELEVANT.test(path) ? [...ids, FINDING, 'M-1', 'nothing'] : [AFFAIR]);
    return values.flatMap((value) => fill(path.replace(`{${name}}`, value)));
  };
  const about = ['affair', 'lead', 'case', 'person', 'org', 'finding', 'reporter', 'conduct', 'matter'].flatMap(
    (type) =>
      ['', 'viewed-', 'granted-'].flatMap((how) =>
        [...ids, FINDING, person('accused'), 'market', 'M-1'].map(
          (id) => `/v1/events/about?type=${how}${type}&id=${id}`,
        ),
      ),
  );
  const looks = [person('accused'), person('officer'), AFFAIR, REPORTER].flatMap((id) => [
    ...['person', 'affair', 'reporter', 'matter'].map((type) => `/v1/looks?type=${type}&id=${id}`),
    `/v1/looks?by=${id}`,
  ]);
  return [
    ...paths
      .filter((path) => !OF_THE_LOG.test(path) && !path.startsWith('/v1/events/about') && isAsked(path))
      .flatMap(fill),
    ...(name === 'accused' ? about : []),
    ...(['accused', 'audit'].includes(name) ? looks : []),
    ...['leads', 'cases'].map((list) => `/v1/accountability/${list}?limit=1`),
    ...AC.flatMap((rule) => [`/v1/findings?rule=${rule}`, `/v1/findings/counts?rule=${rule}&by=status`]),
    '/v1/findings?limit=1',
    '/v1/findings/counts?by=rule,status,severity,org',
    '/v1/matters/M-1/history?looks=true',
    '/v1/matters/M-1/evidence?open=true',
    `/v1/accountability/affairs/${AFFAIR}/why?of=nothing`,
    `/v1/accountability/affairs/${AFFAIR}/next?of=nothing`,
  ];
}
const MOVING = new Set(['index', 'asOf', 'head', 'instance', 'traceId', 'requestId', 'size']);
/** Without what grows with the log, and without what the walk itself leaves behind. */
function still(value: unknown): unknown {
  if (Array.isArray(value)) {
    const walkers = new Set<unknown>(INVOLVED.map(person));
    const own = (one: any) => [one?.by, one?.actor?.person, one?.event?.actor?.person].some((by) => walkers.has(by));
    return value.filter((one) => !own(one) && one?.withheld !== true).map(still);
  }
  if (typeof value !== 'object' || value === null) return value;
  // What rules make of the looks of a walk is its own doing.
  const { id = '' } = value as { id?: string };
  const isOther = 'verdicts' in value && !id.startsWith('AC-');
  const kept = Object.entries(value).filter(([name]) => !MOVING.has(name) && !(isOther && name === 'verdicts'));
  return Object.fromEntries(kept.map(([name, one]) => [name, still(one)]));
}
const AT_ONCE = 12;
async function walk(ids: readonly string[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const ask = async (name: string, path: string) => {
    const { status, body } = await at.as(name).get(path, { 'x-purpose': 'walk' });
    const { next: _, ...looks } = body;
    answers.set(`${name} ${path}`, JSON.stringify([status, still(path.startsWith('/v1/looks') ? looks : body)]));
  };
  for (const name of INVOLVED) {
    const all = [...asked(name, ids)];
    while (all.length > 0) await Promise.all(all.splice(0, AT_ONCE).map((path) => ask(name, path)));
  }
  return answers;
}
/** Whatever it could be known by. */
const KNOWN_BY = [
  AFFAIR,
  CONDUCT,
  REPORTER,
  '立7Q',
  '处7Q',
  '文7Q',
  '免7Q',
  '权7Q',
  '案7Q',
  '函7Q',
  '李举报',
  `lead-${FINDING}`,
  'AC-0',
];

describe('an affair', () => {
  let rows: Awaited<ReturnType<typeof found>>;
  test('leaves every answer to those whom it is about as it was, and is in none', async () => {
    await before();
    await found(['AC-01', 'AC-02'], /X-1/);
    await found(['AC-07'], /F-1/);
    const first = await walk([AFFAIR, CONDUCT, REPORTER]);
    await after();
    rows = await found(AC, /7Q|F-1/);
    expect(new Set(rows.map(({ rule }) => rule))).toEqual(new Set(AC));
    const then = await walk([AFFAIR, CONDUCT, REPORTER]);
    const differing = [...then].filter(([path, answer]) => answer !== first.get(path));
    expect(differing.map(([path, answer]) => [path, first.get(path), answer])).toEqual([]);
    expect(then.size).toBeGreaterThan(800);
  }, 120_000);
  test('is not in the log as they read it, nor is what was found in it', async () => {
    const secret = [...KNOWN_BY.slice(0, -1), ...rows.map(({ finding: id }) => id)];
    // Nor for who has nothing to do with it; a hold and who decides about somebody would tell him.
    for (const name of ['accused', 'auditor', 'lu'])
      for (const path of ['/v1/events?limit=500', '/v1/events?from=400&limit=500', '/v1/events/export?purpose=walk']) {
        const { body } = await at.as(name).get(path);
        const lines =
          typeof body === 'string'
            ? body
                .split('\n')
                .filter(Boolean)
                .map((line) => JSON.parse(line) as object)
            : body.events;
        const telling = (still(lines) as object[]).filter((line) =>
          secret.some((one) => JSON.stringify(line).includes(one)),
        );
        expect([name, path, telling]).toEqual([name, path, []]);
      }
  });
  test('is not named by what a rule makes of the looks at it', async () => {
    const { body } = await at.as('accused').get('/v1/rules/IN-05/verdicts?limit=1000');
    const objects: string[] = body.rows.map(({ details }: any) => details.object ?? '');
    expect(objects.length).toBeGreaterThan(10);
    expect(objects.filter((one) => /^(affair|lead|case|review|recusal|document|conduct|reporter) /.test(one))).toEqual(
      [],
    );
  });
  test('is not found by the id of what was found in it, and what is not there is answered alike', async () => {
    const nothing = '00000000-0000-8000-8000-000000000000';
    const unlike: unknown[] = [];
    const alike = async (name: string, method: 'get' | 'post', path: string, id: string) => {
      const ask = async (of: string) => {
        const url = path.replace(/\{\w+\}/, of).replace('{kind}', 'decision');
        const { status, body } =
          method === 'get'
            ? await at.as(name).get(url, { 'x-purpose': 'walk' })
            : await at.as(name).post(url, {}, `p${n++}`);
        return JSON.stringify([status, body.code, body.broken]);
      };
      const [one, other] = [await ask(id), await ask(nothing)];
      if (one !== other) unlike.push([name, method, path, one, other]);
    };
    const described = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, object> };
    const ofAffairs = /^\/v1\/accountability\/(leads|cases|reviews|affairs|reporters)\/\{/;
    for (const name of INVOLVED)
      for (const [path, methods] of Object.entries(described.paths))
        for (const method of Object.keys(methods) as ('get' | 'post')[])
          if (ofAffairs.test(path)) await alike(name, method, path, AFFAIR);
          else if (path.startsWith('/v1/findings/{'))
            for (const { finding: id } of rows) await alike(name, method, path, id);
    expect(unlike).toEqual([]);
    const auditing = at.as('auditor');
    expect((await auditing.get('/v1/rules/AC-02/verdicts')).body.code).toBe('not-permitted');
  }, 60_000);
  test('that its name is taken is told like of any other, and nothing more; of the finding of his unit, nothing', async () => {
    const begin = async (name: string, id: string, more: object = {}) => {
      const body = registration([], { orgs: ['health'], ...more });
      const answer = await at
        .as(name)
        .post(`/v1/accountability/leads/${id}/registrations?dryRun=true`, body, `r${n++}`);
      const { status, body: said } = answer;
      return [status, said.code, said.broken?.map(({ code, details, refs }: any) => [code, details, refs])];
    };
    expect(await begin('accused', AFFAIR)).toEqual(await begin('accused', OTHER));
    expect(await begin('accused', AFFAIR)).toEqual(await begin('lu', AFFAIR));
    expect(await begin('accused', AFFAIR)).toEqual([
      409,
      'refused',
      [['out-of-order', { command: 'RegisterLead' }, []]],
    ]);
    const ofFinding = { source: 'finding', reference: FINDING };
    // Of his own unit he names or asks of a finding: refused, and not told whether a lead has come of it.
    const codes = (answer: unknown[]) => [answer[0], (answer[2] as unknown[][]).map(([code]) => code)];
    expect(codes(await begin('accused', FINDING, ofFinding))).toEqual([409, ['accused-or-of-its-unit']]);
    expect(codes(await begin('accused', AFFAIR, { orgs: ['market'] }))).toEqual([409, ['accused-or-of-its-unit']]);
    expect(codes(await begin('officer', FINDING, ofFinding))).toEqual([409, ['out-of-order']]);
    const proposal = await at.as('accused').post(`/v1/accountability/leads/${FINDING}/no-lead-proposals`, why, 'no');
    expect(proposal.body.broken.map(({ code }: any) => code)).toEqual(['accused-or-of-its-unit']);
    const own = registration([{ ...who('wei'), org: 'health' }]);
    const refused = await at.as('wei').post('/v1/accountability/leads/L-own/registrations', own, 'own');
    expect(refused.body.broken).toMatchObject([
      { code: 'accused-or-of-its-unit', details: { missing: [{ code: 'accused', of: person('wei') }] } },
    ]);
    const claim = { case: AFFAIR, organ: 'gov' };
    const claims = async (id: string, of: object) =>
      (await at.as('accused').post(`/v1/accountability/conducts/${id}/claims`, of, `c${n++}`)).body.broken;
    expect(await claims('c-new', claim)).toEqual(await claims('c-new', { ...claim, case: 'nothing' }));
  });
  test('lists go on over what is left out, page after page', async () => {
    for (let k = 0; k < 3; k++)
      await must(
        'officer',
        `accountability/leads/L-${k}/registrations`,
        registration([], { orgs: [k === 1 ? 'market' : 'health'] }),
      );
    await at.app.reader.until(String((await at.opened.store.head()).next - 1), 30_000);
    const listed: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await at.as('accused').get(`/v1/accountability/leads?limit=1${cursor}`);
      listed.push(...body.rows.map((row: any) => row.lead));
      if (body.next === null) break;
      expect(Buffer.from(body.next, 'base64url').toString()).not.toMatch(/7Q|F-1|L-1/);
      cursor = `&cursor=${body.next}`;
    }
    expect(listed.toSorted()).toEqual(['L-0', 'L-2', OTHER, 'X-1'].toSorted());
  });
});
belongingTests(() => at, { must, who, registration, affair: AFFAIR, other: OTHER });
