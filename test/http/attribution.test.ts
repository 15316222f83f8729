/** Who may have been responsible, over HTTP: golden scenario 8, first part; who may see it, and what is made of it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matter } from '../../src/areas/matters/matter.js';
import { attributionLines } from '../../src/cli-attribution.js';
import { systemContext } from '../../src/ledger/self.js';
import { service } from '../support/service.js';

let at: Awaited<ReturnType<typeof service>>;
const from = '2020-01-01';
const OFFICE = 'discipline';
const purpose = { 'x-purpose': encodeURIComponent('核查 M-8') };
beforeAll(async () => {
  at = await service([
    { name: 'registrar', staffNo: '1', roles: ['registrar'] },
    { name: 'clerk', staffNo: '2', roles: ['clerk'], post: 'w1', org: 'centre', window: '1' },
    { name: 'wei', staffNo: '3', roles: ['handler'], post: 'draft', org: 'market' },
    { name: 'meng', staffNo: '4', roles: ['handler'], post: 'review', org: 'market' },
    { name: 'tan', staffNo: '5', roles: ['approver'], post: 'head', org: 'market' },
    { name: 'gan', staffNo: '6', roles: ['inspector'], org: OFFICE },
    { name: 'lu', staffNo: '7', roles: ['leader'], org: OFFICE },
    { name: 'boss', staffNo: '8', roles: ['leader'], org: 'market' },
    { name: 'auditor', staffNo: '9', roles: ['auditor'], org: 'audit' },
    { name: 'adapter', staffNo: '10', roles: ['adapter'], systems: ['review-office'] },
  ]);
  const item = { name: '食品经营许可', department: 'market', level: 'city', legalBasis: ['食品安全法 art. 35'] };
  const limits = { statutory: { n: 20, unit: 'working-day' }, promised: { n: 10, unit: 'working-day' } };
  const rest = { promiseReason: null, materials: [], steps: [], mustEnter: true, from };
  expect((await at.as('registrar').post('/v1/items/A-1/versions', { ...item, ...limits, ...rest }, 'i')).status).toBe(
    201,
  );
}, 60_000);
afterAll(() => at.close());

let n = 0;
const act = async (who: string, matter: string, path: string, body: object = {}) => {
  const answer = await at.as(who).post(`/v1/matters/${matter}/${path}`, body, `k${n++}`);
  return answer;
};
async function must(who: string, matter: string, path: string, body: object = {}) {
  const answer = await act(who, matter, path, body);
  expect([path, answer.status, answer.body.errors ?? answer.body.broken]).toEqual([path, 201, undefined]);
  return answer.body;
}
const read = (who: string, matter: string, query = '') =>
  at.as(who).get(`/v1/matters/${matter}/attribution${query}`, purpose);
async function begun(matter: string) {
  await must('clerk', matter, 'receipts', { itemCode: 'A-1', materials: [] });
  await must('clerk', matter, 'acceptances');
  await must('clerk', matter, 'hand-overs', { to: { org: 'market' }, reason: '转部门' });
  await must('wei', matter, 'hand-overs/acceptances');
}
/** Proposed to deny, changed to grant, agreed. */
async function granted(matter: string) {
  await begun(matter);
  await must('wei', matter, 'steps', { step: 'draft', role: 'undertaker', opinion: 'reject', proposes: 'denied' });
  await must('meng', matter, 'steps', { step: 'review', role: 'reviewer', opinion: 'change', proposes: 'granted' });
  return must('tan', matter, 'decisions', { outcome: 'granted', role: 'approver' });
}

describe('golden scenario 8: the reviewer changed a right draft', () => {
  test('before anything is found nothing is suggested; then LA4, and the log knows who looked', async () => {
    const before = await granted('M-8');
    expect((await read('gan', 'M-8')).body).toMatchObject({ subjects: [], settled: [] });
    await must('gan', 'M-8', 'faults', { kind: 'wrong-outcome', ought: 'denied', basis: '复议决定 3 号' });
    const { body, status } = await read('gan', 'M-8');
    expect(status).toBe(200);
    expect(body.subjects[0].suggestions).toMatchObject([
      {
        pattern: 'LA4',
        persons: [
          { role: 'reviewer', degree: 'DIRECT', personId: at.tokenOf('meng').account, post: 'review', org: 'market' },
          { role: 'approver', degree: 'MAIN_LEADER', personId: at.tokenOf('tan').account, post: 'head', org: 'market' },
        ],
      },
    ]);
    expect(body.subjects[0].suggestions[0].events).toHaveLength(4);
    expect(body.holders.at(-1)).toMatchObject({ holder: { org: 'market' }, persons: [{ as: 'holder' }] });
    const [look] = (await at.opened.store.readTypes(['AccessViewed'], 0, 1000)).slice(-1) as any[];
    expect(look.data).toMatchObject({
      object: { type: 'matter', id: 'M-8' },
      fields: 'personal',
      purpose: '核查 M-8',
      action: 'attribution.read',
    });
    expect(look.refs).toContainEqual({ type: 'viewed-person', id: at.tokenOf('meng').account, role: 'opened' });
    // As it was known before anything was found.
    expect((await read('gan', 'M-8', `?asOf=${before.after}`)).body).toMatchObject({
      subjects: [],
      asOf: before.after,
    });
    const lines = attributionLines(body);
    expect(lines).toContain('责任归属建议');
    expect(lines).toMatch(/LA4 审核人改变正确意见，批准人同意[\s\S]*审核人 reviewer[\s\S]*直接责任 direct/);
  });
  test('takes a purpose; the unit, and whoever is suggested, finds nothing, and its history tells it nothing', async () => {
    expect((await at.as('gan').get('/v1/matters/M-8/attribution')).body.code).toBe('purpose-missing');
    for (const [who, code] of [
      ['boss', 'not-found'],
      ['tan', 'not-permitted'],
      ['auditor', 'not-permitted'],
    ] as const)
      expect([who, (await read(who, 'M-8')).body.code]).toEqual([who, code]);
    expect((await read('gan', 'M-0')).body.code).toBe('not-found');
    const { body } = await at.as('tan').get('/v1/matters/M-8/history');
    expect(body.entries.map(({ type }: any) => type)).not.toContain('FaultFound');
    expect(body.entries.at(-1)).toMatchObject({ type: 'MatterDecided', data: { role: 'approver' } });
  });
  test('it is adopted or not with a reason, by somebody who is not involved and has seen what is known now', async () => {
    const { asOf, subjects } = (await read('lu', 'M-8')).body;
    const about = { subject: subjects[0].subject, asOf };
    const adopt = (who: string, body: object) => act(who, 'M-8', 'attribution/adoptions', body);
    expect((await adopt('lu', { ...about, pattern: 'LA4' })).body.errors[0]).toMatchObject({ pointer: '/reason' });
    const codes = async (who: string, body: object) =>
      (await adopt(who, body)).body.broken.map(({ code }: any) => code);
    expect(await codes('lu', { ...about, pattern: 'LA3', reason: 'x' })).toEqual(['nothing-suggested']);
    // Of whose unit it is knows of no suggestion, whatever he asks.
    for (const pattern of ['LA4', 'LA3'])
      expect((await adopt('boss', { ...about, pattern, reason: 'x' })).status).toBe(404);
    await must('gan', 'M-8', 'attribution/adoptions', { ...about, pattern: 'LA4', reason: '事实清楚' });
    // The undertaker's own word of an instruction comes late, and changes what is suggested.
    const instruction = {
      id: 'M-8',
      command: 'RecordInstruction',
      data: { kind: 'interference', by: { org: 'city' }, wants: 'granted', text: '请予照顾' },
      occurredAt: '2026-01-02T09:00:00+08:00',
      precision: 'second',
      source: {
        system: 'review-office',
        batch: 'b',
        case: 'M-8',
        event: '1',
        registeredAt: '2026-01-02T09:00:00+08:00',
      },
      by: { org: 'market' },
    };
    const reported = await at.as('adapter').post('/v1/reports/matters', instruction, 'r1');
    expect([reported.status, reported.body.errors]).toEqual([201, undefined]);
    const latest = (await read('lu', 'M-8')).body;
    expect(latest.subjects[0].suggestions.map(({ pattern }: any) => pattern)).toEqual(['LA4', 'LA8']);
    expect(latest.settled).toMatchObject([{ pattern: 'LA4', adopted: true, reason: '事实清楚', asOf }]);
    const now = { ...about, asOf: latest.asOf };
    await must('lu', 'M-8', 'attribution/rejections', { ...now, pattern: 'LA8', reason: '与结果无因果关系' });
    const { settled } = (await read('gan', 'M-8')).body;
    expect(settled.map(({ pattern, adopted, by }: any) => [pattern, adopted, by])).toEqual([
      ['LA4', true, at.tokenOf('gan').account],
      ['LA8', false, at.tokenOf('lu').account],
    ]);
    const history = await at.as('gan').get('/v1/matters/M-8/history');
    expect(JSON.stringify(history.body)).not.toContain('SuggestionAdopted');
    const withdrawal = { fault: subjects[0].found[0], reason: '复议决定被撤销' };
    await must('gan', 'M-8', 'fault-withdrawals', withdrawal);
    expect((await read('gan', 'M-8')).body.subjects).toEqual([]);
    expect(await codes('gan', { ...now, pattern: 'LA4', reason: 'x' })).toEqual(['suggestion-changed']);
  });
});

describe('golden scenario 8: a collective meeting with a recorded dissenter', () => {
  test('LA9: whoever decided and who supported it, and nothing of the dissenter', async () => {
    await begun('M-88');
    const voter = (value: string, position: string, reason?: string) => ({
      person: { identifier: { kind: 'staff-no', value }, personal: { name: `委员${value}` } },
      position,
      ...(reason && { reason }),
    });
    const votes = [voter('5', 'for'), voter('4', 'for'), voter('3', 'against')];
    const meeting = { chair: votes[0]!.person, proposal: 'granted', minutes: '纪要 8 号' };
    const silent = await act('meng', 'M-88', 'deliberations', { ...meeting, votes });
    expect(silent.body.broken.map(({ code }: any) => code)).toEqual(['dissent-without-reason']);
    const spoken = [...votes.slice(0, 2), voter('3', 'against', '材料不实')];
    await must('meng', 'M-88', 'deliberations', { ...meeting, votes: spoken });
    await must('tan', 'M-88', 'decisions', { outcome: 'granted', role: 'approver' });
    await must('gan', 'M-88', 'faults', { kind: 'wrong-outcome', ought: 'denied', basis: '复议决定 8 号' });
    const [{ suggestions }] = (await read('gan', 'M-88')).body.subjects;
    const account = (name: string) => at.tokenOf(name).account;
    expect(suggestions).toMatchObject([
      {
        pattern: 'LA9',
        persons: [
          { role: 'decision-maker', degree: 'MAIN_LEADER', personId: account('tan') },
          { role: 'supporter', degree: 'IMPORTANT_LEADER', personId: account('meng') },
        ],
        dissenters: [account('wei')],
      },
    ]);
    expect(suggestions[0].persons).toHaveLength(2);
  });
});

describe('a limit that passed', () => {
  test('is of whoever covered the post that had it', async () => {
    const staff = (value: string, name: string) => ({ identifier: { kind: 'staff-no', value }, personal: { name } });
    const register = (path: string, body: object) => at.as('registrar').post(`/v1/posts/desk${path}`, body, `p${n++}`);
    await register('', { name: '岗', org: 'market', from });
    await register('/postings', { staff: staff('71', '覃某'), staffKind: 'established', from });
    const cover = {
      holder: staff('71', '覃某'),
      cover: staff('72', '黄某'),
      reason: 'leave',
      document: '顶岗安排 1 号',
      from: '2026-01-05',
      to: '2026-01-20',
    };
    expect((await register('/covers', cover)).status).toBe(201);
    const source = { system: 'review-office', batch: 'b', case: 'M-9', registeredAt: null };
    const report = (event: string, command: string, day: string, data: object) => ({
      id: 'M-9',
      command,
      data,
      occurredAt: `${day}T09:00:00+08:00`,
      precision: 'second',
      source: { ...source, event },
      by: { org: 'market' },
    });
    const reports = [
      report('1', 'ReceiveMaterials', '2026-01-04', { itemCode: 'B-1', materials: [] }),
      report('2', 'AssignHolder', '2026-01-04', { holder: { org: 'market', post: 'desk' } }),
    ];
    for (const body of reports)
      expect((await at.as('adapter').post('/v1/reports/matters', body, body.source.event)).status).toBe(201);
    const data = { limit: 'statutory', dueOn: '2026-01-10', pass: 1, start: '2026-01-04' };
    const context = systemContext(at.opened, new Date().toISOString());
    await at.app.commands.send(matter, 'M-9', { type: 'PassLimit', data } as never, { context, key: 'pass' });
    const { body } = await read('gan', 'M-9');
    expect(body.subjects).toMatchObject([
      {
        about: 'omission',
        limit: 'statutory',
        dueOn: '2026-01-10',
        suggestions: [{ pattern: 'LA12', persons: [{ role: 'cover', degree: 'DIRECT', post: 'desk', cover: true }] }],
      },
    ]);
    const lines = attributionLines(body);
    expect(lines).toMatch(/逾期 the omission statutory 2026-01-10[\s\S]*顶岗人/);
    expect(body.holders.at(-1)).toMatchObject({ from: '2026-01-20', persons: [{ as: 'holder' }] });
  });
  test('whoever has the lead of it before him sees the pattern, and who by role; the names are a look', async () => {
    const lead = { source: 'complaint', profile: 'adm', subjects: [], orgs: ['elsewhere'], relatedCase: 'M-9' };
    const allegations = [{ code: 'wrong-licence', text: '不应许可' }];
    const path = '/v1/accountability/leads/L-9/registrations';
    expect((await at.as('gan').post(path, { ...lead, allegations }, 'lead')).status).toBe(201);
    const declared = { conflict: false };
    const { body } = await at.as('gan').post('/v1/accountability/affairs/L-9/declarations', declared, 'declared');
    const docket = (await at.as('gan').get(`/v1/docket?after=${body.after}`)).body;
    const { suggestion } = docket.items.find(({ stream }: any) => stream === 'lead-L-9');
    const about = suggestion.subjects.find((one: any) => one.suggestions.length > 0);
    expect(about.suggestions[0]).toMatchObject({
      pattern: 'LA12',
      roles: [{ role: 'cover', degree: 'DIRECT', post: 'desk' }],
    });
    expect(suggestion.link).toBe('/v1/matters/M-9/attribution');
    const [{ personId }] = (await read('gan', 'M-9')).body.subjects[0].suggestions[0].persons;
    expect(JSON.stringify(docket)).not.toContain(personId);
  });
});
