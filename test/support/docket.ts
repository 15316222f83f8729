/** What is read at the end of scenario 8: the docket, the page of a unit, the case file. */
import { describe, expect, test } from '@jest/globals';
import { dayOf } from '../../projections/kernel/instant.js';
import type { Answer, service } from './service.js';

type Service = Awaited<ReturnType<typeof service>>;
interface Asking {
  readonly must: (name: string, path: string, body?: object) => Promise<Answer['body']>;
  readonly get: (name: string, path: string) => Promise<Answer>;
}
export const docketTests = (at: () => Service, { must, get }: Asking) =>
  describe('the docket', () => {
    const today = dayOf(new Date().toISOString());
    test('says what waits, until when and what is missing; whoever is accused, of that unit, or recused, is told nothing', async () => {
      const lead = {
        source: 'complaint',
        profile: 'adm',
        subjects: [],
        orgs: ['market'],
        allegations: [{ code: 'a', text: '反映' }],
      };
      const { after } = await must('officer', 'leads/L-20/registrations', lead);
      const docket = async (name: string) => (await at().as(name).get(`/v1/docket?after=${after}`)).body;
      const { items, more } = await docket('officer');
      const of = (stream: string) => (items as any[]).find((item) => item.stream === stream);
      expect(more).toBe(false);
      // Not declared yet: that it waits, by when, and where to declare.
      expect(of('lead-L-20')).toMatchObject({
        status: { code: 'registered' },
        limit: 'triage',
        overdue: false,
        conflict: 'declaration',
        next: [],
        links: { declare: '/v1/accountability/affairs/L-20/declarations' },
      });
      expect(of('lead-L-20').due > today).toBe(true);
      expect(of('case-L-8')).toMatchObject({ status: { code: 'decided' }, limit: 'service:2', conflict: null });
      expect(of('case-L-8').proposal.outcomes[0].code).toBe('CRITICISM');
      const [serve] = of('case-L-8').next;
      expect(serve).toMatchObject({ command: 'ServeDecision', acts: { capacity: 'officer' }, missing: [] });
      expect(of('lead-L-8')).toBeUndefined();
      // Reminded before it is due; what came of the like is told once it is of so many that nobody is recognised.
      const { remindOn, due } = of('lead-L-20');
      expect(remindOn > today && remindOn < due).toBe(true);
      expect(of('case-L-8').comparable).toEqual([{ allegation: 'improper-licence', n: 0, outcomes: [] }]);
      for (const name of ['accused', 'colleague']) expect((await docket(name)).items).toEqual([]);
      expect((await docket('spouse')).items.map(({ stream }: any) => stream)).toEqual(['lead-L-20']);
      expect((await at().as('adapter').get('/v1/docket')).status).toBe(403);
      expect((await at().as('officer').get(`/v1/docket?asOf=${after}`)).status).toBe(400);
    });
    test('of a leader holds what waits for the organs that he heads, and for those that nobody is known to head', async () => {
      const report = (id: string, organ: string) => ({
        id,
        command: 'ProposeFiling',
        data: {
          profile: 'organ',
          organ,
          subjects: ['somebody'],
          conducts: [{ id, on: today, summary: '行为' }],
          reason: '涉嫌',
        },
        occurredAt: `${today}T00:00:00+08:00`,
        precision: 'day',
        source: { system: 'other-office', batch: 'b', case: id, event: organ, registeredAt: null },
        by: { org: 'elsewhere' },
      });
      let after = '';
      for (const organ of ['county', 'discipline', 'prefecture']) {
        const answer = await at()
          .as('adapter')
          .post('/v1/reports/accountability', report(`X-${organ}`, organ), `of-${organ}`);
        expect([answer.status, answer.body.outcome]).toEqual([201, 'recorded']);
        ({ after } = answer.body);
      }
      const waits = async (name: string) => {
        const { items } = (await at().as(name).get(`/v1/docket?after=${after}`)).body;
        const streams = (items as { stream: string }[]).map(({ stream }) => stream);
        return streams.filter((one) => /^(case-X-|lead-L-20)/.test(one)).toSorted();
      };
      // The lead is of the office of discipline; nobody is a leader of the prefecture's.
      expect(await waits('head')).toEqual(['case-X-discipline', 'case-X-prefecture', 'lead-L-20']);
      expect(await waits('mayor')).toEqual(['case-X-county', 'case-X-prefecture']);
      expect(await waits('colleague')).toEqual(['case-X-prefecture']);
    });
    test('the page of a centre counts who was accused at a post in it, and whatever is about the centre', async () => {
      const from = '2000-01-01';
      const register = async (path: string, body: object) =>
        expect(
          (
            await at()
              .as('personnel')
              .post(`/v1/${path}`, { ...body, from }, path)
          ).body.broken,
        ).toBeUndefined();
      await register('centres/hall', { name: '政务服务中心', region: 'CN-GX' });
      await register('centres/hall/windows', { window: '9', name: '九号窗口' });
      await register('posts/desk-9', { name: '岗', org: 'health', centre: 'hall', window: '9' });
      const staff = (name: string) => ({ identifier: { kind: 'staff-no', value: name }, personal: { name } });
      const at9 = { ...staff('clerk-9'), org: 'health', post: 'desk-9' };
      const elsewhere = { ...staff('clerk-8'), org: 'health', post: 'desk-8' };
      const of = (subjects: object[], orgs: string[]) => ({
        source: 'complaint',
        profile: 'adm',
        subjects,
        orgs,
        allegations: [{ code: 'a', text: '反映' }],
      });
      await must('officer', 'leads/L-31/registrations', of([at9], []));
      await must('officer', 'leads/L-32/registrations', of([elsewhere], []));
      const { after } = await must('officer', 'leads/L-33/registrations', of([], ['forestry', 'hall']));
      const { leads } = (await get('officer', `centres/hall?after=${after}`)).body;
      expect(leads).toMatchObject([{ figure: 'leads:registered', count: 2 }]);
      expect(leads[0].of.toSorted()).toEqual(['L-31', 'L-33']);
      // A lead is on the page of each unit that it names.
      expect((await get('officer', 'units/forestry')).body.leads).toMatchObject([{ of: ['L-33'] }]);
      expect((await get('officer', `units/forestry?asOf=${Number(after) - 1}`)).body.leads).toEqual([]);
    });
    test('the page of a unit counts, and names what it counts; its own people do not see it', async () => {
      const page = (await get('officer', 'units/market')).body;
      expect(page.cases).toEqual([{ figure: 'cases:decided', zh: '作出决定', en: 'decided', count: 1, of: ['L-8'] }]);
      expect(page.forms).toMatchObject([{ figure: 'forms:1', count: 1, of: ['L-8'] }]);
      expect(page.reviews).toMatchObject([{ figure: 'reviews:revoke', count: 1 }]);
      expect(page.ages).toMatchObject([{ count: 1, of: ['L-8'] }]);
      const why = (await get('officer', 'affairs/L-8/why?of=case')).body;
      expect(why.rows.length).toBeGreaterThan(20);
      expect((await get('officer', 'affairs/L-8/why?of=elsewhere')).status).toBe(400);
      for (const path of ['units/market', 'affairs/L-8/why', 'affairs/L-8/file'])
        expect([path, (await get('colleague', path)).status]).toEqual([path, 404]);
    });
    test('the case file is one page with every event and its digest, for a purpose', async () => {
      expect((await at().as('officer').get('/v1/accountability/affairs/L-8/file')).body.code).toBe('purpose-missing');
      const answer = await get('officer', 'affairs/L-8/file');
      const text = answer.body as unknown as string;
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const events = await at().opened.store.readRefs('affair', 'L-8');
      const stored = await at().opened.store.readStored(events[0]!.index, 1);
      expect(text).toContain(`sha256:${stored[0]!.digest.toString('hex')}`);
      expect(text.match(/<h2 /g)).toHaveLength(8);
      expect(text).toContain('某accused');
    });
  });
