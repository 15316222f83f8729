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
    ['no end of the last line', note.slice(0, -1)],
    ['a hyphen for the dash', note.replace('—', '-')],
    ['a control character', note.replace('3', '3\t')],
    ['two spaces', note.replace('— ', '—  ')],
    ['a signature that is only a key id', `${text}\n— a AAAAAA==\n`],
    ['a name with a plus', `${text}\n— a+b AAAAAAA=\n`],
    ['more signatures than anybody gives', noteText(text, Array(65).fill(signed(text, log)) as string[])],
  ])('is not one: %s', (_, broken) => expect(noteIn(broken)).toBeNull());
  test.each([
    'a\n1\n',
    'a\n1\n47DEQpj8\n',
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
  test('and a proof are one file', () => {
    const hashes = [sha256(Buffer.from('a')), sha256(Buffer.from('b'))];
    const file = proofText(7, hashes, note);
    expect(file.startsWith('c2sp.org/tlog-proof@v1\nindex 7\n')).toBe(true);
    const read = proofIn(file)!;
    expect([read.index, read.note, read.proof.every((hash, n) => equal(hash, hashes[n]!))]).toEqual([7, note, true]);
    expect(proofIn(file.replace('@v1\n', '@v1\nextra AAAA\n'))).toMatchObject({ index: 7 });
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
  test.each([
    ['no quorum', 'quorum both\n', ''],
    ['an unknown quorum', 'quorum both', 'quorum nobody'],
    ['two quorums', 'quorum both\n', 'quorum both\nquorum none\n'],
    ['an unknown member', 'any audit finance', 'any audit nobody'],
    ['a member twice', 'all 纪检 money', 'all 纪检 money audit'],
    ['too many', 'any audit finance', '3 audit finance'],
    ['none at all', 'any audit finance', '0 audit finance'],
    ['a name twice', 'group money', 'group audit'],
    ['a name that is taken', 'witness finance', 'witness none'],
    ['a key twice', keyText(finance.key), keyText(audit.key)],
    ['a key of the log for a witness', keyText(finance.key), keyText(signer('x').key)],
    ['another word', 'quorum both\n', 'quorum both\nhello\n'],
    ['a last line without end', 'quorum both\n', 'quorum both'],
  ])('is refused: %s', (_, from, to) => {
    expect(policy.includes(from)).toBe(true);
    expect(() => trustIn(sha256, policy.replace(from, to))).toThrow(PolicyUnusable);
  });
});
