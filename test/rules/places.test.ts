/** Rules about where something was accepted: DA-01 to DA-04, EN-01, EN-02, EX-01, EX-02, EX-04. */
import { acceptances } from '../../projections/acceptances.js';
import { clock, openTown, type Town } from '../town.js';

let town: Town;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  await town.publish('A-1');
  await town.enter('A-1', '2024-03-04');
});
afterEach(() => town.close());
const actOf = async (matter: string) => (await town.world.store.readStream(`matter-${matter}`))[0]!.id;

describe('DA-01 accepted outside the centre', () => {
  const told = () => town.told('DA-01');
  test.each([
    ['at the window', { place: { kind: 'centre-window', window: '1', org: 'centre' }, channel: 'window' }],
    ['by a machine in the centre', { place: { kind: 'self-service', org: 'centre' } }],
    ['on site, with a leader', { place: { kind: 'on-site-session' } }],
    ['online', { place: { kind: 'other' }, channel: 'online-platform' }],
    ['on behalf of the centre elsewhere', { channel: 'relay' }],
  ] as const)('not %s', async (_, more) => {
    await town.acceptOutside('M-1', clock('2024-03-05'), more);
    expect(await told()).toEqual([]);
  });
  test.each([
    ['at the office', {}],
    ['elsewhere', { place: { kind: 'other' } }],
    ['in a hall that nobody approved', { place: { kind: 'special-hall' } }],
    ['at a village point without authority', { place: { kind: 'village-point' } }],
  ] as const)('%s', async (_, more) => {
    await town.acceptOutside('M-1', clock('2024-03-05'), more);
    expect(await told()).toEqual(['DA-01 M-1 red open']);
  });
  test('from the first hour of the day of entry on, and not before', async () => {
    await town.acceptOutside('M-1', clock('2024-03-03', '23:59'));
    await town.acceptOutside('M-2', clock('2024-03-04', '00:00'));
    expect(await told()).toEqual(['DA-01 M-2 red open']);
    // Accepted before the entry, and registered after it.
    await town.acceptOutside('M-3', clock('2024-03-03'), { told: clock('2024-03-06') });
    expect(await told()).toEqual(['DA-01 M-2 red open']);
  });
  test('an exemption from its first day up to its end, of its items, places and channels', async () => {
    const scope = { items: ['A-1'], places: ['special-hall'], channels: null };
    const hall = { place: { kind: 'special-hall' } } as const;
    await town.exempt(
      'H-1',
      { scope, decidedOn: '2024-03-04', from: '2024-03-06', to: '2024-03-10' },
      clock('2024-03-04'),
    );
    for (const day of [5, 6, 9, 10])
      await town.acceptOutside(`M-${day}`, clock(`2024-03-${String(day).padStart(2, '0')}`), hall);
    await town.acceptOutside('M-office', clock('2024-03-11'));
    expect(await told()).toEqual(['DA-01 M-5 red open', 'DA-01 M-10 red open', 'DA-01 M-office red open']);
  });
  test('an entry, an exemption and a revocation that are registered late are judged again', async () => {
    await town.publish('A-2');
    await town.acceptOutside('M-1', clock('2024-03-05'), {}, 'A-2');
    expect(await told()).toEqual([]);
    await town.enter('A-2', '2024-03-01', clock('2024-03-20'));
    expect(await told()).toEqual(['DA-01 M-1 red open']);
    await town.exempt('H-1', { decidedOn: '2024-03-01', from: '2024-03-02', to: '2024-04-01' }, clock('2024-03-21'));
    expect(await told()).toEqual(['DA-01 M-1 red withdrawn']);
  });
  test.each(['unit', 'centre'])(
    'what the %s approves exempts nothing; what the government does, does',
    async (level) => {
      const days = { decidedOn: '2024-03-04', from: '2024-03-04', to: '2024-04-01' };
      const at = clock('2024-03-04');
      await town.exempt('H-1', { ...days, approver: { name: '本局', level } }, at);
      await town.acceptOutside('M-1', clock('2024-03-05'));
      expect(await told()).toEqual(['DA-01 M-1 red open']);
      expect(await town.verdict('DA-01', await actOf('M-1'))).toMatchObject({
        tested: { exempt: false, byGovernment: false },
        details: { exemption: 'market/H-1' },
      });
      expect((await town.found('EX-04')).map(({ subject, tested }) => [subject, tested['byGovernment']])).toEqual([
        ['market/H-1', false],
      ]);
      await town.exempt('H-2', days, clock('2024-03-06'));
      expect(await told()).toEqual(['DA-01 M-1 red withdrawn']);
      expect(await town.verdict('DA-01', await actOf('M-1'))).toMatchObject({
        tested: { exempt: true, byGovernment: true },
        details: { exemption: 'market/H-2' },
      });
    },
  );
  test('without one at hand, who approved it is not asked; without a document or an end it exempts all the same', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'));
    expect((await town.verdict('DA-01', await actOf('M-1')))!['tested']).not.toHaveProperty('byGovernment');
    const defects = { decidedOn: '2024-03-06', from: '2024-03-06', document: undefined, to: undefined };
    await town.exempt('H-1', defects, clock('2024-03-06'));
    await town.acceptOutside('M-2', clock('2024-03-07'));
    expect(await town.told('DA-01', 'EX-04')).toEqual(['DA-01 M-1 red open', 'EX-04 - red open']);
  });
  test('an unknown place or item is not judged, and says what is missing', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'), { place: { kind: 'unknown' } });
    await town.acceptOutside('M-2', clock('2024-03-05'), {}, 'nobody-knows');
    expect(await told()).toEqual([]);
    expect(await town.verdict('DA-01', await actOf('M-1'))).toMatchObject({
      result: 'undetermined',
      missing: ['place'],
    });
    expect(await town.verdict('DA-01', await actOf('M-2'))).toMatchObject({
      result: 'undetermined',
      missing: ['item'],
    });
  });
  test('from a post at a window it needs a human', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'), { by: { org: 'market', post: 'w1' } });
    expect((await town.found('DA-01'))[0]).toMatchObject({ certain: false, tested: { seconded: true } });
  });
  test('and without an act inside it is no dual acceptance, for certain', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'), { by: { org: 'market', post: 'w1' } });
    expect(await town.verdict('DA-02', await actOf('M-1'))).toMatchObject({ result: 'cleared', certain: true });
  });
  test('dual acceptance needs a human, too, until there is an act outside from nobody of the centre', async () => {
    await town.accept('M-2', clock('2024-03-04'));
    await town.acceptOutside('M-1', clock('2024-03-05'), { by: { org: 'market', post: 'w1' } });
    expect(await town.found('DA-02')).toMatchObject([{ certain: false, status: 'open' }]);
    await town.acceptOutside('M-3', clock('2024-03-05'));
    expect(await town.found('DA-02')).toMatchObject([{ certain: true, status: 'open' }]);
  });
  test('a place that was recorded wrongly is corrected, and the first record stays', async () => {
    await town.accept('M-2', clock('2024-03-04'));
    await town.acceptOutside('M-1', clock('2024-03-05'));
    expect(await told()).toEqual(['DA-01 M-1 red open']);
    expect(await town.told('DA-02')).toEqual(['DA-02 M-1 red open']);
    const acceptance = await actOf('M-1');
    const place = { kind: 'centre-window', window: '1', org: 'centre' };
    const data = {
      acceptance,
      place,
      channel: 'window',
      reason: '默认地点',
      approver: { identifier: { kind: 'test', value: 'p-2' }, personal: {} },
    };
    await town.report('M-1', 'CorrectAcceptance', data, clock('2024-03-06'));
    expect(await told()).toEqual(['DA-01 M-1 red withdrawn']);
    expect(await town.told('DA-02')).toEqual(['DA-02 M-1 red withdrawn']);
    expect(town.world.shelf.table(acceptances).get(acceptance)).toMatchObject({
      placeKind: 'centre-window',
      outside: false,
    });
    const [first, second] = await town.world.store.readStream('matter-M-1');
    expect(first).toMatchObject({ place: { kind: 'department-office' } });
    expect(second).toMatchObject({ type: 'AcceptanceCorrected', corrects: { event: acceptance, reason: '默认地点' } });
  });
});

describe('DA-02 dual acceptance', () => {
  const told = async () =>
    (await town.found('DA-02')).map(({ matterId, status, details }) => `${matterId} ${status} ${details['outside']}`);
  test('only with something inside, less than ninety days away', async () => {
    await town.acceptOutside('M-1', clock('2024-03-05'));
    expect(await told()).toEqual([]);
    await town.accept('M-2', clock('2024-06-03')); // ninety days later
    expect(await told()).toEqual([]);
    await town.close();
    town = await openTown('2024-03-01');
    await town.publish('A-1');
    await town.enter('A-1', '2024-03-04');
    await town.acceptOutside('M-1', clock('2024-03-05'));
    await town.accept('M-2', clock('2024-06-02')); // eighty-nine
    expect(await told()).toEqual(['M-1 open 1']);
  });
  test('acts with less than ninety days between them are one episode; a late one joins two, and the oldest stays', async () => {
    await town.accept('M-0', clock('2024-03-05'));
    await town.acceptOutside('M-1', clock('2024-03-06'));
    await town.accept('M-00', clock('2024-08-01'));
    await town.acceptOutside('M-2', clock('2024-08-20'));
    expect(await told()).toEqual(['M-1 open 1', 'M-2 open 1']);
    await town.acceptOutside('M-3', clock('2024-05-28'), { told: clock('2024-08-21') });
    expect(await told()).toEqual(['M-1 open 1', 'M-2 superseded 1']);
    const [one, two] = await town.found('DA-02');
    expect(two!.by).toBe(one!.finding);
    expect((await town.verdict('DA-02', one!.subject))!.details).toMatchObject({
      outside: 3,
      first: '2024-03-06',
      last: '2024-08-20',
    });
  });
  test('a parameter of a pack holds for acts from its first day on', async () => {
    const { pack } = await import('../../src/areas/supervision/pack.js');
    const values = { windowDays: 30 };
    const data = { rule: 'DA-02', pack: 'P', values, from: '2024-03-10', source: '文', grade: 'D', reason: '试行' };
    const by = (person: string) => ({ by: { person } });
    await town.say({ decider: pack, id: 'DA-02', type: 'ProposePack', data, ...by('one') });
    await expect(
      town.say({ decider: pack, id: 'DA-02', type: 'AdoptPack', data: { reason: '同意' }, ...by('one') }),
    ).rejects.toThrow('second-person');
    await town.say({ decider: pack, id: 'DA-02', type: 'AdoptPack', data: { reason: '同意' }, ...by('two') });
    await town.acceptOutside('M-1', clock('2024-03-11'));
    await town.accept('M-2', clock('2024-04-20'));
    expect(await told()).toEqual([]);
    expect(await town.verdict('DA-02', await actOf('M-1'))).toMatchObject({
      result: 'cleared',
      parameters: { windowDays: 30 },
    });
  });
});

describe('DA-03 the same matter accepted twice', () => {
  const told = () => town.told('DA-03');
  const receive = (id: string, at: string, person = 'p-1') =>
    town.do(
      id,
      'ReceiveMaterials',
      {
        itemCode: 'A-1',
        materials: [],
        subjectKey: 'shop-1',
        applicant: { kind: 'person', identifier: { kind: 'test', value: person }, personal: {} },
      },
      at,
    );
  const two = async (second: string, person = 'p-1') => {
    await receive('M-1', clock('2024-03-05'));
    await town.accept('M-1', clock('2024-03-05'));
    await receive('M-2', clock(second), person);
    await town.accept('M-2', clock(second, '10:00'));
  };
  test('within thirty days, while the first is open', async () => {
    await two('2024-04-04');
    expect(await told()).toEqual(['DA-03 M-2 yellow open']);
  });
  test('not after thirty days, and not somebody else', async () => {
    await two('2024-04-05');
    expect(await told()).toEqual([]);
    await receive('M-3', clock('2024-04-05', '11:00'), 'p-2');
    await town.accept('M-3', clock('2024-04-05', '12:00'));
    expect(await told()).toEqual([]);
  });
  test('cleared when they are linked', async () => {
    await two('2024-03-07');
    expect(await told()).toEqual(['DA-03 M-2 yellow open']);
    await town.do('M-2', 'LinkMatter', { relation: 'stage-of', to: 'M-1' }, clock('2024-03-08'));
    expect(await told()).toEqual(['DA-03 M-2 yellow withdrawn']);
  });
  test('the first was closed before, and that is reported late', async () => {
    await two('2024-03-07');
    expect(await told()).toEqual(['DA-03 M-2 yellow open']);
    await town.report('M-1', 'CloseMatter', { kind: 'completed' }, clock('2024-03-06'), { told: clock('2024-03-09') });
    expect(await told()).toEqual(['DA-03 M-2 yellow withdrawn']);
  });
  test('without an applicant it is not judged', async () => {
    await town.accept('M-1', clock('2024-03-05'));
    expect(await town.verdict('DA-03', 'M-1')).toMatchObject({ result: 'undetermined', missing: ['applicant'] });
  });
});

describe('DA-04 handled outside the ledger', () => {
  const told = () => town.told('DA-04');
  const licence = (more: object = {}) => ({ certificateNo: 'Z-1', itemCode: 'A-1', ...more });
  test('a certificate, and no acceptance by the end of the third working day', async () => {
    await town.report('M-1', 'IssueLicence', licence(), clock('2024-03-05'));
    await town.goTo('2024-03-08');
    expect(await told()).toEqual([]);
    await town.goTo('2024-03-09');
    expect(await told()).toEqual(['DA-04 M-1 red open']);
    // It comes later than the lag: late, and not missing.
    await town.acceptOutside('M-1', clock('2024-03-04'), { told: clock('2024-03-12') });
    expect(await told()).toEqual(['DA-04 M-1 red withdrawn']);
    expect(await town.told('BF-01')).toEqual(['BF-01 M-1 yellow open']);
  });
  test('not for an old certificate, a reprint, or an item that had not entered', async () => {
    await town.publish('A-2');
    await town.accept('M-0', clock('2024-03-04'));
    await town.report('M-1', 'IssueLicence', licence({ validFrom: '2024-03-03' }), clock('2024-03-05'));
    await town.report('M-2', 'IssueLicence', licence(), clock('2024-03-05'));
    await town.report('M-2', 'LinkMatter', { relation: 'supersedes', to: 'M-0' }, clock('2024-03-05'));
    await town.report('M-3', 'IssueLicence', licence({ itemCode: 'A-2' }), clock('2024-03-05'));
    await town.goTo('2024-03-20');
    expect(await told()).toEqual([]);
    expect(await town.verdict('DA-04', 'M-1')).toMatchObject({ result: 'cleared', tested: { legacy: true } });
    expect(await town.verdict('DA-04', 'M-2')).toMatchObject({ result: 'cleared', tested: { linkedToAccepted: true } });
    expect(await town.verdict('DA-04', 'M-3')).toMatchObject({ result: 'cleared', tested: { entered: false } });
  });
  test('without an item it is not judged', async () => {
    await town.report('M-1', 'IssueLicence', { certificateNo: 'Z' }, clock('2024-03-05'));
    await town.goTo('2024-03-20');
    expect(await town.verdict('DA-04', 'M-1')).toMatchObject({ result: 'undetermined', missing: ['item'] });
  });
});

describe('EN-01, EN-02', () => {
  test('thirty days after publication, red after ninety, and an entry after that changes nothing', async () => {
    await town.publish('B-1', {}, clock('2024-03-04'));
    await town.goTo('2024-04-03');
    expect(await town.told('EN-01')).toEqual([]);
    await town.goTo('2024-04-04');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-1 yellow open']);
    await town.goTo('2024-06-03');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-1 red open']);
    await town.enter('B-1', '2024-06-10', clock('2024-06-05'));
    expect(await town.told('EN-01')).toEqual(['EN-01 B-1 red open']);
  });
  test('an entry of the thirtieth day, registered late, lifts it', async () => {
    await town.publish('B-1', {}, clock('2024-03-04'));
    await town.goTo('2024-04-10');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-1 yellow open']);
    await town.enter('B-1', '2024-04-03', clock('2024-04-10'));
    expect(await town.told('EN-01')).toEqual(['EN-01 B-1 yellow withdrawn']);
  });
  test('under an exemption of the item the time stands still', async () => {
    await town.publish('B-1', {}, clock('2024-03-04'));
    const scope = { items: ['B-1'], places: null, channels: null };
    await town.exempt(
      'H-1',
      { scope, decidedOn: '2024-03-05', from: '2024-03-06', to: '2024-05-01' },
      clock('2024-03-05'),
    );
    await town.goTo('2024-04-30');
    expect(await town.told('EN-01')).toEqual([]);
    await town.goTo('2024-05-01');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-1 yellow open']);
  });
  test('under one that the unit itself approved it does not', async () => {
    await town.publish('B-1', {}, clock('2024-03-04'));
    const approver = { name: '本局', level: 'unit' };
    const more = { approver, decidedOn: '2024-03-05', from: '2024-03-06', to: '2024-05-01' };
    await town.exempt('H-1', more, clock('2024-03-05'));
    await town.goTo('2024-04-04');
    expect(await town.told('EN-01')).toEqual(['EN-01 B-1 yellow open']);
  });
  test('entered in name only: a fifth of five in a quarter, and not of four', async () => {
    for (const n of [1, 2, 3]) await town.accept(`M-${n}`, clock(`2024-03-0${n + 4}`));
    await town.acceptOutside('M-4', clock('2024-03-08'));
    expect(await town.told('EN-02')).toEqual([]);
    await town.accept('M-5', clock('2024-03-09'));
    expect(await town.told('EN-02')).toEqual(['EN-02 A-1 red open']);
    await town.accept('M-6', clock('2024-03-09', '10:00'));
    expect(await town.told('EN-02')).toEqual(['EN-02 A-1 red withdrawn']);
  });
});

describe('EX-01, EX-02, EX-04', () => {
  const scope = { items: ['A-1'], places: ['department-office'], channels: null };
  test('on the last day not, on the day it has ended', async () => {
    await town.exempt(
      'H-1',
      { scope, decidedOn: '2024-03-04', from: '2024-03-05', to: '2024-03-08' },
      clock('2024-03-04'),
    );
    await town.acceptOutside('M-1', clock('2024-03-07'));
    expect(await town.told('EX-01')).toEqual([]);
    await town.acceptOutside('M-2', clock('2024-03-08'));
    expect(await town.told('EX-01', 'EX-02')).toEqual(['EX-01 M-2 red open']);
    // Another one had been in force, and is registered only now.
    await town.exempt(
      'H-2',
      { scope, decidedOn: '2024-03-07', from: '2024-03-08', to: '2024-03-20' },
      clock('2024-03-10'),
    );
    expect(await town.told('EX-01')).toEqual(['EX-01 M-2 red withdrawn']);
  });
  test.each([
    ['item', { items: ['B-1'], places: null, channels: null }],
    ['place', { items: null, places: ['special-hall'], channels: null }],
    ['channel', { items: null, places: null, channels: ['phone'] }],
  ])('beyond the scope: %s', async (_, other) => {
    await town.exempt(
      'H-1',
      { scope: other, decidedOn: '2024-03-04', from: '2024-03-05', to: '2024-03-08' },
      clock('2024-03-04'),
    );
    await town.acceptOutside('M-1', clock('2024-03-07'));
    await town.acceptOutside('M-2', clock('2024-03-08'));
    expect(await town.told('EX-02')).toEqual(['EX-02 M-1 yellow open']);
  });
  test.each([
    ['byGovernment', { approver: { name: '本局', level: 'unit' } }],
    ['documented', { document: undefined }],
    ['ends', { to: undefined }],
    ['notBackdated', { from: '2024-03-03' }],
  ])('an exemption not granted as it has to be: %s', async (name, more) => {
    const whole = { decidedOn: '2024-03-04', from: '2024-03-04', to: '2024-05-01' };
    await town.exempt('H-0', whole, clock('2024-03-04'));
    expect(await town.told('EX-04')).toEqual([]);
    await town.exempt('H-1', { ...whole, ...more }, clock('2024-03-04'));
    const [found, ...others] = await town.found('EX-04');
    expect([found!.subject, others]).toEqual(['market/H-1', []]);
    expect(Object.entries(found!.tested).filter(([, ok]) => !ok)).toEqual([[name, false]]);
  });
});
