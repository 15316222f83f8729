/** Signed notes, checkpoints, cosignatures, policies: the bytes of the specifications, and what is refused. */
import { describe, expect, test } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, hash as oneShot, type KeyObject, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { fromBase64, fromHex, fromU64, toBase64, toHex, u64, utf8 } from '../../projections/kernel/bytes.js';
import { equal } from '../../projections/kernel/merkle.js';
import {
  checkpointIn,
  checkpointText,
  COSIGNATURE_ED25519,
  COSIGNATURE_ML_DSA_44,
  cosignatureBytes,
  judge,
  keyIn,
  keyText,
  NOTE_ED25519,
  noteIn,
  noteText,
  proofIn,
  proofText,
  publicKey,
  signatureLine,
  signaturesIn,
  signedMessage,
} from '../../projections/kernel/note.js';
import { isEnough, PolicyUnusable, seenBy, trustIn } from '../../projections/kernel/trust.js';

const sha256 = (bytes: Uint8Array) => oneShot('sha256', bytes, 'buffer');
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const check = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
  verify(null, message, createPublicKey({ key: Buffer.concat([PREFIX, key]), format: 'der', type: 'spki' }), signature);
function signer(name: string, type = NOTE_ED25519) {
  const { publicKey: pub, privateKey } = generateKeyPairSync('ed25519');
  const raw = pub.export({ format: 'der', type: 'spki' }).subarray(12);
  return { key: publicKey(sha256, name, type, raw), privateKey };
}
const signed = (text: string, { key, privateKey }: { key: ReturnType<typeof signer>['key']; privateKey: KeyObject }) =>
  signatureLine(key, sign(null, Buffer.from(text), privateKey));
function cosigned(text: string, time: number, { key, privateKey }: ReturnType<typeof signer>) {
  return signatureLine(key, cosignatureBytes(time, sign(null, signedMessage(text, time), privateKey)));
}

describe('bytes', () => {
  test('are as those of Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(Buffer.from(utf8(text)).equals(Buffer.from(text, 'utf8'))).toBe(true);
      }),
    );
    // Each length of UTF-8 from its first letter to its last, and halves of letters.
    for (const text of ['\0\x7f', '\x80\u07ff', '\u0800\ud7ff\ue000\uffff', '\u{10000}\u{10ffff}', '\ud800', '\udfff'])
      expect(Buffer.from(utf8(text)).equals(Buffer.from(text, 'utf8'))).toBe(true);
    for (const text of ['a', '0A', 'g0', '0g', '00\n']) expect(fromHex(text)).toBeNull();
    expect([...u64(0x0102_0304_0506)]).toEqual([0, 0, 1, 2, 3, 4, 5, 6]);
    expect(fromU64(u64(2 ** 53 - 1))).toBe(2 ** 53 - 1);
    expect(fromU64(Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0))).toBeNull();
  });
  test.each(['A', 'AA', 'AAA', 'AB==', 'AAB=', 'AA=A', 'A A=', 'AA-_', '====', 'AAAA\n'])(
    '%j is not the base64 text of anything',
    (text) => expect(fromBase64(text)).toBeNull(),
  );
});

const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const SOFA = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

describe('what the specifications show', () => {
  test('a verifier key', () => {
    const key = keyIn(sha256, EXAMPLE_KEY)!;
    expect(key).toMatchObject({ name: 'example.com/foo', id: '530d903a', type: NOTE_ED25519 });
    expect(keyText(key)).toBe(EXAMPLE_KEY);
  });
  test('a checkpoint with the signatures of log and witness', () => {
    const note = noteIn(SOFA)!;
    expect(note.signatures.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ['example.com/behind-the-sofa', 64],
      ['witness.example.com/w1', 72],
    ]);
    expect(fromU64(note.signatures[1]!.bytes.subarray(0, 8))).toBe(1679315147);
    const checkpoint = checkpointIn(note.text)!;
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    expect(checkpointText(checkpoint)).toBe(note.text);
    expect(Buffer.from(signedMessage(note.text, 1679315147)).toString()).toBe(
      `cosignature/v1\ntime 1679315147\n${note.text}`,
    );
  });
});

test.each([
  EXAMPLE_KEY.replace('530d903a', '530d903b'),
  EXAMPLE_KEY.replace('foo', 'bar'),
  EXAMPLE_KEY.replace('+AekyeRrm', '+AukyeRrm'),
  EXAMPLE_KEY.slice(0, -4),
  `${EXAMPLE_KEY} `,
  `${EXAMPLE_KEY}A`,
  keyText(publicKey(sha256, 'short', NOTE_ED25519, new Uint8Array(31))),
  keyText(publicKey(sha256, 'unknown', 9, new Uint8Array(32))),
  keyText(publicKey(sha256, 'a space', NOTE_ED25519, new Uint8Array(32))),
  'a+b',
  '',
])('%s is no verifier key', (text) => expect(keyIn(sha256, text)).toBeNull());

describe('a note', () => {
  const log = signer('log.example/明账');
  const text = 'log.example/明账\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
  const note = noteText(text, [signed(text, log)]);

  test('is what was signed, and nothing else', async () => {
    expect(await judge(noteIn(note)!, log.key, check)).toEqual({ verdict: 'valid', time: null });
    expect(await judge(noteIn(note)!, signer('log.example/明账').key, check)).toBeNull();
    const stranger = noteText(text, [signed(text, signer('other')), signed(text, log)]);
    expect(await judge(noteIn(stranger)!, log.key, check)).toMatchObject({ verdict: 'valid' });
  });
  test('with any bit changed is no note of this key', async () => {
    const bytes = Buffer.from(note);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      const read = noteIn(changed.toString('utf8'));
      const judged = read && (await judge(read, log.key, check));
      expect(judged?.verdict === 'valid').toBe(false);
    }
  });
  test('whose text holds an empty line is split at the last', () => {
    expect(noteIn(noteText('a\n\nb\n', [signed('a\n\nb\n', log)]))!.text).toBe('a\n\nb\n');
  });
  test.each([
    ['no signature', `${text}\n`],
    ['no empty line', text],
    ['no text', `\n${signed(text, log)}`],
    ['an empty line for a text', `\n\n${signed(text, log)}`],
    ['a signature that is no base64', `${text}\n— a AAAAA\n`],
    ['no end of the last line', note.slice(0, -1)],
    ['a hyphen for the dash', note.replace('—', '-')],
    ['a control character', note.replace('3', '3\t')],
    ['two spaces', note.replace('— ', '—  ')],
    ['a signature that is only a key id', `${text}\n— a AAAAAA==\n`],
    ['a name with a plus', `${text}\n— a+b AAAAAAA=\n`],
    ['more signatures than anybody gives', noteText(text, Array(65).fill(signed(text, log)) as string[])],
  ])('is not one: %s', (_, broken) => expect(noteIn(broken)).toBeNull());
  test('of one letter, with as many signatures as there may be, of one byte each, and as long as it may be', () => {
    const lines = Array<string>(64).fill('— a AAAAAAA=\n');
    expect(noteIn(noteText('a\n', lines))).toMatchObject({ text: 'a\n', signatures: { length: 64 } });
    const rest = noteText('\n', lines).length;
    expect(noteIn(noteText(`${'a'.repeat(100_000 - rest)}\n`, lines))).not.toBeNull();
    expect(noteIn(noteText(`${'a'.repeat(100_001 - rest)}\n`, lines))).toBeNull();
  });
  test.each([
    'a\n1\n',
    'a\n1\n47DEQpj8\n',
    'a\n1\n47DEQpj8H\n',
    'a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nx\n',
    'a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    'a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    '\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    'a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    'a\n9999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
  ])('%j is no checkpoint', (text) => expect(checkpointIn(text)).toBeNull());

  test('of a witness bears its time', async () => {
    const witness = signer('audit.example', COSIGNATURE_ED25519);
    const both = noteIn(noteText(text, [signed(text, log), cosigned(text, 1_700_000_000, witness)]))!;
    expect(await judge(both, witness.key, check)).toEqual({ verdict: 'valid', time: 1_700_000_000 });
    const never = noteIn(noteText(text, [cosigned(text, 0, witness)]))!;
    expect(await judge(never, witness.key, check)).toEqual({ verdict: 'wrong', time: null });
    // The time is signed, too, and a signature of one type is none of the other.
    const later = both.signatures[1]!.bytes.with(7, 9);
    const moved = noteIn(noteText(text, [signatureLine(witness.key, later)]))!;
    expect(await judge(moved, witness.key, check)).toMatchObject({ verdict: 'wrong' });
    const plain = noteIn(noteText(text, [signatureLine(witness.key, sign(null, utf8(text), witness.privateKey))]))!;
    expect(await judge(plain, witness.key, check)).toMatchObject({ verdict: 'wrong' });
    expect(signaturesIn('')).toBeNull();
  });
  test('of several signatures of one key all have to be right', async () => {
    const witness = signer('audit.example', COSIGNATURE_ED25519);
    const [early, late] = [cosigned(text, 5, witness), cosigned(text, 6, witness)];
    const wrong = signatureLine(witness.key, cosignatureBytes(7, new Uint8Array(64)));
    const judged = (...lines: string[]) => judge(noteIn(noteText(text, lines))!, witness.key, check);
    expect(await judged(early, late)).toEqual({ verdict: 'valid', time: 6 });
    expect(await judged(early, wrong)).toEqual({ verdict: 'wrong', time: null });
    expect(await judged(wrong, late)).toEqual({ verdict: 'wrong', time: null });
  });
  /** Whatever it is over, it is said to be right. */
  const gullible = () => true;
  test.each([
    ['valid', NOTE_ED25519, 64],
    ['wrong', NOTE_ED25519, 63],
    ['valid', COSIGNATURE_ED25519, 72],
    ['wrong', COSIGNATURE_ED25519, 71],
    ['wrong', COSIGNATURE_ML_DSA_44, 72],
  ])('is %s by its form alone: type %i, %i bytes', async (verdict, type, length) => {
    const key = publicKey(sha256, 'a', type, new Uint8Array(32));
    const line = signatureLine(key, new Uint8Array(length).fill(1, 7));
    expect(await judge(noteIn(noteText(text, [line]))!, key, gullible)).toMatchObject({ verdict });
    const never = signatureLine(key, new Uint8Array(length).fill(255));
    expect((await judge(noteIn(noteText(text, [never]))!, key, gullible))!.verdict === 'valid').toBe(
      verdict === 'valid' && type === NOTE_ED25519,
    );
  });
  test('and a proof are one file', () => {
    const hashes = [sha256(Buffer.from('a')), sha256(Buffer.from('b'))];
    const file = proofText(7, hashes, note);
    expect(file.startsWith('c2sp.org/tlog-proof@v1\nindex 7\n')).toBe(true);
    const read = proofIn(file)!;
    expect([read.index, read.note, read.proof.every((hash, n) => equal(hash, hashes[n]!))]).toEqual([7, note, true]);
    expect(proofIn(file.replace('@v1\n', '@v1\nextra AAAA\n'))).toMatchObject({ index: 7 });
    expect(proofIn(file.replace('@v1\n', '@v1\nextra A\n'))).toBeNull();
    for (const broken of [file.replace('index 7', 'index 07'), file.replace('@v1', '@v2'), file.replace('=\n', '\n')])
      expect(proofIn(broken)).toBeNull();
    expect(proofIn(proofText(0, [], note))).toMatchObject({ index: 0, proof: [] });
  });
});

describe('a policy', () => {
  const log = signer('log.example');
  const [discipline, audit, finance] = ['discipline', 'audit', 'finance'].map((name) =>
    signer(`${name}.example`, COSIGNATURE_ED25519),
  ) as [ReturnType<typeof signer>, ReturnType<typeof signer>, ReturnType<typeof signer>];
  const policy = [
    '# 纪检必须，审计与财政至少其一',
    `log ${keyText(log.key)} https://log.example/log`,
    `witness 纪检 ${keyText(discipline.key)} http://127.0.0.1:1`,
    `  witness\taudit ${keyText(audit.key)}`,
    `witness finance ${keyText(finance.key)}`,
    '',
    'group money any audit finance',
    'group both all 纪检 money',
    'quorum both',
    '',
  ].join('\n');
  const trust = trustIn(sha256, policy);

  test.each<[string[], boolean]>([
    [[], false],
    [['纪检'], false],
    [['audit', 'finance'], false],
    [['纪检', 'finance'], true],
    [['纪检', 'audit', 'finance'], true],
  ])('cosigned by %j: enough is %s', (names, enough) => expect(isEnough(trust, new Set(names))).toBe(enough));
  test('counts a signature that is right, of a key it knows', async () => {
    const text = 'log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
    const lines = [signed(text, log), cosigned(text, 5, discipline), cosigned(text, 6, finance)];
    const seen = await seenBy(trust, noteIn(noteText(text, lines))!, check);
    expect(seen).toMatchObject({ log: log.key, wrong: [], enough: true });
    const forged = signatureLine(log.key, new Uint8Array(64));
    expect(await seenBy(trust, noteIn(noteText(text, [forged]))!, check)).toMatchObject({
      log: null,
      wrong: ['log.example'],
    });
    expect(seen.witnesses).toEqual([
      { name: '纪检', time: 5 },
      { name: 'finance', time: 6 },
    ]);
    const wrong = signatureLine(audit.key, cosignatureBytes(7, sign(null, utf8(text), audit.privateKey)));
    expect(await seenBy(trust, noteIn(noteText(text, [...lines, wrong]))!, check)).toMatchObject({ wrong: ['audit'] });
    const other = text.replace('log.example', 'other.example');
    const of = await seenBy(trust, noteIn(noteText(other, [signed(other, log)]))!, check);
    expect(of).toMatchObject({ log: null, enough: false });
  });
  test('without witnesses says so', () => expect(isEnough(trustIn(sha256, 'quorum none\n'), new Set())).toBe(true));
  test('says where logs and witnesses are, if anywhere', () => {
    expect(trust.logs.map(({ url }) => url)).toEqual(['https://log.example/log']);
    expect(trust.witnesses.map(({ url }) => url)).toEqual(['http://127.0.0.1:1', null, null]);
    expect(trustIn(sha256, `log ${keyText(log.key)}\nquorum none\n`).logs.map(({ url }) => url)).toEqual([null]);
  });
  test.each([
    ['2 audit finance', 2],
    ['1 audit', 1],
    ['any audit', 1],
    ['all audit finance', 2],
  ])('group money %s: of its members it takes %i', (of, least) =>
    expect(trustIn(sha256, policy.replace('any audit finance', of)).groups[0]).toMatchObject({ least }),
  );
  test.each([
    ['no quorum', 'quorum both\n', '', 9, 'no quorum'],
    ['an unknown quorum', 'quorum both', 'quorum nobody', 9, 'defined above'],
    ['two quorums', 'quorum both\n', 'quorum both\nquorum none\n', 10, 'already'],
    ['more than a quorum', 'quorum both', 'quorum both x', 9, 'defined above'],
    ['an unknown member', 'any audit finance', 'any audit nobody', 7, 'nobody is not defined'],
    ['a member twice', 'all 纪检 money', 'all 纪检 money audit', 8, 'a member already'],
    ['too many', 'any audit finance', '3 audit finance', 7, 'up to'],
    ['none at all', 'any audit finance', '0 audit finance', 7, 'up to'],
    ['some', 'any audit finance', 'some audit finance', 7, 'up to'],
    ['no members', 'any audit finance', 'any', 7, 'up to'],
    ['all of none', 'any audit finance', 'all', 7, 'up to'],
    ['a name twice', 'group money', 'group audit', 7, 'audit is there'],
    ['a name that is taken', 'witness finance', 'witness none', 5, 'none is there'],
    ['a key twice', keyText(finance.key), keyText(audit.key), 5, 'this key'],
    ['a key of the log for a witness', keyText(finance.key), keyText(signer('x').key), 5, 'type 1, not 4'],
    ['no key', keyText(finance.key), 'x', 5, 'no verifier key'],
    ['nothing of a witness', `finance ${keyText(finance.key)}`, '', 5, 'no verifier key'],
    ['more than a witness', ' http://127.0.0.1:1', ' http://127.0.0.1:1 x', 3, 'witness <name>'],
    ['more than a log', '/log\n', '/log x\n', 2, 'log <vkey>'],
    ['another word', 'quorum both\n', 'quorum both\nhello\n', 10, 'hello'],
    ['a control character', 'money any', 'money\x01any', 7, 'control'],
    ['a character that is deleted', 'money any', 'money\x7fany', 7, 'control'],
    ['a last line without end', 'quorum both\n', 'quorum both', 9, 'no end'],
  ])('is refused: %s', (_, from, to, line, reason) => {
    expect(policy.includes(from)).toBe(true);
    const read = () => trustIn(sha256, policy.replace(from, to));
    expect(read).toThrow(PolicyUnusable);
    expect(read).toThrow(new RegExp(`^line ${line}: .*${reason}`));
  });
});
