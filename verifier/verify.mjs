/**
 * Checks a file of evidence of Mingzhang. One file, no packages, no network: `node verify.mjs FILE [--trust POLICY]`, or in
 * a browser as part of verify.html. It is meant to be read: whoever does not trust the ledger need not trust this either.
 *
 * What it does, in order: the file is whole (counts, order, digest of its lines) · each event's bytes lead by their
 * proof to the root in the signed head (RFC 6962) · the events are about what the file says they are about · they are all
 * that the map over objects counts, whose root stands in an event of its own · each opened value is the one that was
 * committed to (HMAC-SHA-256) · the head is signed by a key of the log that you trust, and by enough witnesses (C2SP
 * signed-note, tlog-cosignature, tlog-policy).
 */

const { subtle } = globalThis.crypto;
const utf8 = (text) => new TextEncoder().encode(text);
const sha256 = async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes));
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);
const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
function base64(text) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return btoa(String.fromCharCode(...bytes)) === text ? bytes : null;
}

/** RFC 6962 §2.1: a leaf is hashed behind a 0, two nodes behind a 1. */
const leafHash = (entry) => sha256(concat([0], entry));
const nodeHash = (left, right) => sha256(concat([1], left, right));
/** The root that leaf and proof come to (RFC 9162 §2.1.3.2); null where the proof is not one for this place. */
async function rootOf(index, size, leaf, proof) {
  let [place, last, hash] = [index, size - 1, leaf];
  if (!(index >= 0 && index < size)) return null;
  for (const other of proof) {
    if (last === 0 || other?.length !== 32) return null;
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(other, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else hash = await nodeHash(hash, other);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** Text, and the lines of signatures behind the last empty line (C2SP signed-note). */
function noteIn(text) {
  const end = text.lastIndexOf('\n\n');
  if (end < 0 || !text.endsWith('\n')) return null;
  const lines = text.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^\u2014 ([^ ]+) (.+)$/u.exec(line) ?? [];
    const bytes = base64(encoded);
    return bytes && bytes.length > 4 ? { name, id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) } : null;
  });
  return signatures.includes(null) ? null : { text: text.slice(0, end + 1), signatures };
}
/** `<name>+<key id>+<base64(type ‖ key)>`; the id is the beginning of SHA-256(name ‖ newline ‖ type ‖ key). */
async function keyIn(text) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text ?? '') ?? [];
  const bytes = base64(encoded);
  if (!bytes || bytes.length !== 33) return null;
  const is = hex((await sha256(concat(utf8(`${name}\n`), bytes))).slice(0, 4));
  return is === id ? { name, id, type: bytes[0], key: bytes.slice(1) } : null;
}
async function ed25519(key, message, signature) {
  const imported = await subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
  return subtle.verify({ name: 'Ed25519' }, imported, signature, message);
}
/** 'valid', 'wrong', or null where there is no signature of this key. Type 1: of the log; type 4: of a witness. */
async function judge({ text, signatures }, { name, id, type, key }) {
  let found = null;
  for (const { bytes } of signatures.filter((each) => each.name === name && each.id === id)) {
    const time = type === 4 ? Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)) : null;
    const message = type === 4 ? `cosignature/v1\ntime ${time}\n${text}` : text;
    const valid = bytes.length === (type === 4 ? 72 : 64) && (await ed25519(key, utf8(message), bytes.slice(-64)));
    if (!valid) return { verdict: 'wrong', time };
    found = { verdict: 'valid', time };
  }
  return found;
}
/** C2SP tlog-policy: `log <vkey>`, `witness <name> <vkey>`, `group <name> all|any|<k> <members>`, `quorum <name|none>`. */
async function policyIn(text) {
  const policy = { logs: [], witnesses: [], groups: new Map(), quorum: null };
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/[ \t]+/);
    if (!word || word.startsWith('#')) continue;
    if (word === 'log') policy.logs.push(await keyIn(rest[0]));
    else if (word === 'witness') policy.witnesses.push({ name: rest[0], key: await keyIn(rest[1]) });
    else if (word === 'group') policy.groups.set(rest[0], { how: rest[1], members: rest.slice(2) });
    else if (word === 'quorum') policy.quorum = rest[0];
    else return null;
  }
  const bad = [...policy.logs, ...policy.witnesses.map(({ key }) => key)].includes(null);
  return bad || policy.quorum === null ? null : policy;
}
function isEnough({ groups, quorum }, names) {
  const has = (name) => {
    const group = groups.get(name);
    if (!group) return names.has(name);
    const least = group.how === 'all' ? group.members.length : group.how === 'any' ? 1 : Number(group.how);
    return group.members.filter(has).length >= least;
  };
  return quorum === 'none' || has(quorum);
}

class Refused extends Error {}
const refuse = (zh, en) => {
  throw Object.assign(new Refused(en), { zh, en });
};
const count = (text) => (/^(0|[1-9]\d{0,15})$/.test(text ?? '') ? Number(text) : -1);

/** The file as a whole: nothing of it is missing, added, or said twice. */
async function linesIn(text) {
  const cut = text.lastIndexOf('\n', text.length - 2) + 1;
  if (!text.endsWith('\n')) refuse('文件不完整', 'the file is cut off');
  let end;
  try {
    end = JSON.parse(text.slice(cut)).end;
  } catch {
    end = undefined;
  }
  if (!end) refuse('文件不完整：没有结尾行', 'the file is cut off: it has no last line');
  const lines = text.slice(0, cut).split('\n').slice(0, -1);
  const digest = `sha256:${hex(await sha256(utf8(text.slice(0, cut))))}`;
  if (count(end.lines) !== lines.length || end.digest !== digest)
    refuse('行数或摘要与结尾行不符', 'its lines are not those that the last line counts');
  return lines;
}
const EVENT =
  /^\{"index":"(\d{1,16})","role":"(about|register|root)","proof":(\[[^\]]*\])(?:,"event":(.*)|,"withheld":"sha256:([0-9a-f]{64})")\}$/su;

/** Every event under the root, in order, each once. */
async function eventsIn(lines, size, root) {
  const events = new Map();
  let last = -1;
  for (const line of lines) {
    const [, index, role, proofText, bytes, withheld] = EVENT.exec(line) ?? [];
    if (index === undefined) continue;
    const place = Number(index);
    if (place <= last) refuse(`事件 ${index} 不按次序`, `event ${index} is out of order`);
    last = place;
    const entry =
      bytes === undefined ? Uint8Array.from(withheld.match(/../g), (b) => parseInt(b, 16)) : await sha256(utf8(bytes));
    const proof = JSON.parse(proofText).map(base64);
    const found = await rootOf(place, size, await leafHash(entry), proof);
    if (!found || !same(found, root))
      refuse(`事件 ${index} 不在签名的封存之下`, `event ${index} is not under the signed head`);
    events.set(index, { place, role, entry, event: bytes === undefined ? null : JSON.parse(bytes) });
  }
  return events;
}
/** All are about it, and of its own stream none is left out between two, but those that are withheld. */
function checkSubject(events, { type, id }) {
  let [next, hidden] = [0, 0];
  for (const { place, role, event } of events.values()) {
    if (role !== 'about') continue;
    if (!event) hidden++;
    else if (!event.refs.some((ref) => ref.type === type && ref.id === id))
      refuse(`事件 ${place} 与所述对象无关`, `event ${place} is not about what the file is about`);
    if (event?.stream !== `${type}-${id}`) continue;
    hidden -= event.revision - next;
    if (event.revision < next || hidden < 0)
      refuse(`事件 ${place} 之前缺少版次 ${next}`, `revision ${next} is missing before event ${place}`);
    next = event.revision + 1;
  }
  return next;
}
/** Which way a key goes at a depth of the map. */
const bit = (key, depth) => (key[depth >> 3] >> (7 - (depth % 8))) & 1;
function u64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}
/** The root of the sparse map that an entry, or there being none, comes to with the hashes beside its way. */
async function mapRootOf(key, at, siblings) {
  if (siblings.length > 256 || siblings.some((hash) => hash?.length !== 32)) return null;
  if (at && !siblings.every((_, depth) => bit(at.key, depth) === bit(key, depth))) return null;
  let hash = at ? await sha256(concat([0x12], at.key, u64(at.count), at.chain)) : new Uint8Array(32);
  for (const [n, other] of siblings.entries()) {
    const right = bit(key, siblings.length - 1 - n) === 1;
    hash = await sha256(concat([0x13], ...(right ? [other, hash] : [hash, other])));
  }
  return hash;
}
/**
 * That the events are all: the map over objects has one entry for each object, which says how many events refer to it,
 * and is chained over them. Its key is hashed from the object's name and a blind, so that nobody guesses those of others.
 */
async function checkComplete(lines, events, { complete, subject }) {
  const said = lines.filter((line) => line.startsWith('{"complete":')).map((line) => JSON.parse(line).complete);
  const roots = [...events.entries()].filter(([, { role }]) => role === 'root');
  if (said.length !== (complete ? 1 : 0) || roots.length !== said.length)
    refuse('齐全证明与首行不符', 'the proof that they are all is not what the first line says');
  if (!complete) return null;
  const [[place, { event }]] = roots;
  const size = count(event?.data?.size);
  if (event?.type !== 'MapRootRecorded' || place !== complete.root || size < 0 || size > Number(place))
    refuse('没有可读的对象映射根', 'no event of it tells of a root of the map over objects');
  if (complete.size !== event.data.size) refuse('映射所计事件数与首行不符', 'the map is of another size');
  const name = utf8(`${subject.type}\0${subject.id}`);
  const [{ blind: encoded, at: found, siblings }] = said;
  const blind = base64(encoded);
  const at = found && { key: base64(found.key), count: count(found.count), chain: base64(found.chain) };
  if ([blind, ...(at ? [at.key, at.chain] : [])].some((hash) => hash?.length !== 32) || (at && at.count < 0))
    refuse('齐全证明不可读', 'the proof that they are all cannot be read');
  const key = await sha256(concat([0x10], blind, name));
  const root = await mapRootOf(key, at, siblings.map(base64));
  if (!root || `sha256:${hex(root)}` !== event.data.root)
    refuse('齐全证明不通向所记的根', 'the proof that they are all does not lead to the root');
  let [chain, number] = [blind, 0];
  for (const { place: index, role, entry } of events.values()) {
    if (role !== 'about' || index >= size) continue;
    chain = await sha256(concat([0x11], chain, u64(index), entry));
    number++;
  }
  const counted = at && same(at.key, key) ? at.count : 0;
  if (counted !== number)
    refuse(
      `截至事件 ${place} 所记的根，涉及 ${subject.id} 的事件有 ${counted} 个，而文件中有 ${number} 个：${counted > number ? '有事件被扣留' : '有事件多出'}`,
      `up to the root that event ${place} tells of, ${counted} events refer to ${subject.id}, and the file holds ${number}: ${counted > number ? 'some are withheld' : 'some are too many'}`,
    );
  if (number > 0 && !same(chain, at.chain))
    refuse('事件不是对象映射所计的那些', 'the events are not those that the map counts');
  return { place, size, number };
}
async function checkOpenings(lines, events) {
  let opened = 0;
  for (const line of lines) {
    if (!line.startsWith('{"open":')) continue;
    const { index, path, value, key } = JSON.parse(line).open;
    const event = events.get(index)?.event;
    const field = path
      .split('/')
      .slice(1)
      .reduce((at, name) => at?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], event?.data);
    const imported = await subtle.importKey('raw', base64(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const mac = `hmac-sha256:${hex(new Uint8Array(await subtle.sign('HMAC', imported, utf8(value))))}`;
    if (!field || field.commitment !== mac)
      refuse(`事件 ${index} 的 ${path} 不是所记录的值`, `${path} of event ${index} is not the value that was recorded`);
    opened++;
  }
  return opened;
}
function checkCounts(head, events, opened) {
  const roles = [...events.values()];
  const is = {
    about: roles.filter(({ role }) => role === 'about').length,
    registers: roles.filter(({ role }) => role === 'register').length,
    withheld: roles.filter(({ event }) => event === null).length,
    opened,
  };
  for (const [name, number] of Object.entries(is))
    if (count(head[name]) !== number)
      refuse(`首行所列 ${name} 与内容不符`, `the first line counts ${head[name]} ${name}, and there are ${number}`);
  return is;
}

/** That they are all is the operator's claim, and is told as such; with who has put it to the test, as the file says. */
function sayComplete(complete, { recomputed }, about, out) {
  if (!complete) {
    out.left.push({
      zh: '是否齐全：由账本一方声明，未经证明',
      en: 'that these are all: the operator says so, and it is not proved here',
    });
    return;
  }
  const { place, size, number } = complete;
  const [zh, en] = recomputed
    ? [
        `并由 ${recomputed.by} 于 ${recomputed.at} 重算（据文件所述）`,
        `${recomputed.by} at ${recomputed.at}, as the file says`,
      ]
    : [
        '文件未说明由谁重算；对全账运行 mingzhang verify 即重算',
        'nobody that the file tells of; mingzhang verify over the whole ledger does so',
      ];
  out.checked.push({
    zh: `齐全：截至事件 ${place} 所记的根（前 ${size} 个事件）共 ${number} 个；由账本一方声明，${zh}`,
    en: `complete up to the root that event ${place} tells of (the first ${size} events), ${number} in all; as claimed by the operator and recomputed by ${en}`,
  });
  out.left.push({
    zh: `序号 ${size} 起（文件中 ${about - number} 个）是否齐全：尚无根计入`,
    en: `that from ${size} on these are all (${about - number} in the file): no root counts them yet`,
  });
}

/** Adds to `out` what is thought of the signatures under somebody's policy. */
async function checkSignatures(note, origin, trust, out) {
  const policy = trust === null ? null : await policyIn(trust);
  if (trust !== null && !policy) refuse('所给的信任策略不可读', 'the policy that you gave cannot be read');
  if (!policy || policy.logs.length === 0) {
    out.unsure.push({
      zh: '未指明可信的日志公钥，无法判定由谁签名；请以 --trust 给出 policy 文件',
      en: 'you named no key of the log that you trust, so nobody can say who signed it: --trust POLICY',
    });
  } else {
    const verdicts = [];
    for (const key of policy.logs) if (key.name === origin) verdicts.push((await judge(note, key))?.verdict ?? null);
    if (verdicts.includes('wrong') || !verdicts.includes('valid'))
      refuse('封存不是由可信密钥签名', 'the head is not signed by a key that you trust');
    out.checked.push({ zh: '日志签名', en: 'the signature of the log' });
  }
  const seen = new Map();
  for (const { name, key } of policy?.witnesses ?? []) {
    const judged = await judge(note, key);
    if (judged?.verdict === 'wrong') refuse(`见证 ${name} 的签名不符`, `the signature of the witness ${name} is wrong`);
    if (judged) seen.set(name, judged.time);
  }
  for (const [name, time] of seen)
    out.checked.push({ zh: `见证 ${name}，${new Date(time * 1000).toISOString()}`, en: `witnessed by ${name}` });
  if (policy && policy.quorum !== 'none') {
    if (!isEnough(policy, new Set(seen.keys())))
      out.unsure.push({ zh: '见证人数不足：已封存、未见证', en: 'not enough witnesses: sealed, not witnessed' });
  } else
    out.left.push({ zh: '见证：未要求；已封存、未见证', en: 'witnesses: none are asked for; sealed, not witnessed' });
}

/**
 * `text`: of the file; `trust`: a policy of your own, or null. Answers {verdict, exitCode, wrong, unsure, checked, left,
 * head, events}: 0 proved, 1 refuted, 2 could not be judged.
 */
export async function verifyEvidence(text, trust = null) {
  const out = { verdict: 'proved', exitCode: 0, wrong: [], unsure: [], checked: [], left: [], head: null, events: [] };
  try {
    const lines = await linesIn(text);
    const head = JSON.parse(lines[0]);
    if (head.mingzhang !== 'evidence' || head.version !== 1)
      refuse('不是明账的证据文件', 'this is no file of evidence');
    const signed = JSON.parse(lines.at(-1)).head;
    const note = typeof signed === 'string' ? noteIn(signed) : null;
    const [origin, size, encoded] = note?.text.split('\n') ?? [];
    const root = base64(encoded);
    if (!note || root?.length !== 32 || size !== head.size) refuse('没有可读的封存', 'there is no signed head in it');
    const events = await eventsIn(lines.slice(1, -1), count(size), root);
    const own = checkSubject(events, head.subject);
    const complete = await checkComplete(lines, events, head);
    const opened = await checkOpenings(lines, events);
    if (events.size + opened + (complete ? 3 : 2) !== lines.length)
      refuse('有不认识的行', 'there are lines that mean nothing');
    const is = checkCounts(head, events, opened);
    Object.assign(out, { head, events: [...events.values()] });
    out.checked.push(
      { zh: `${events.size} 个事件在 ${size} 个事件的封存之下`, en: `${events.size} events under the head of ${size}` },
      { zh: `本流 ${own} 个版次`, en: `${own} revisions of its own stream` },
      { zh: `${is.opened} 个公开的字段与承诺相符`, en: `${is.opened} opened values are those committed to` },
    );
    await checkSignatures(note, origin, trust, out);
    sayComplete(complete, head, is.about, out);
    out.left.push({ zh: '读表：此处不重算', en: 'read models: they are not replayed here' });
    if (is.withheld > 0)
      out.left.push({ zh: `${is.withheld} 个密封事件只有摘要`, en: `${is.withheld} sealed events are digests only` });
    if (count(head.unsealed) > 0)
      out.left.push({
        zh: `${head.unsealed} 个事件尚未封存，不在其中`,
        en: `${head.unsealed} events were not sealed yet, and are not in it`,
      });
  } catch (error) {
    out.wrong.push(
      error instanceof Refused
        ? { zh: error.zh, en: error.en }
        : { zh: '文件不可读', en: `the file cannot be read: ${error.message}` },
    );
  }
  if (out.wrong.length > 0) Object.assign(out, { verdict: 'refuted', exitCode: 1 });
  else if (out.unsure.length > 0) Object.assign(out, { verdict: 'undetermined', exitCode: 2 });
  return out;
}
export const VERDICTS = {
  proved: '已证实 proved',
  refuted: '不符 refuted',
  undetermined: '无法判定 could not be judged',
};
export const linesOf = (out) =>
  [
    `结论 verdict：${VERDICTS[out.verdict]}`,
    ...out.wrong.map(({ zh, en }) => `✗ ${zh} ${en}`),
    ...out.unsure.map(({ zh, en }) => `? ${zh} ${en}`),
    ...out.checked.map(({ zh, en }) => `✓ 已核对 ${zh} checked: ${en}`),
    ...out.left.map(({ zh, en }) => `– 未核对 ${zh} not checked: ${en}`),
  ].join('\n');

// As a program: only here is anything of Node used.
if (globalThis.process?.argv?.[1] && import.meta.url === new URL(`file://${globalThis.process.argv[1]}`).href) {
  const { readFileSync } = await import('node:fs');
  const [file, option, policy] = globalThis.process.argv.slice(2);
  if (!file || (option !== undefined && (option !== '--trust' || !policy))) {
    console.error('node verify.mjs FILE [--trust POLICY]');
    globalThis.process.exitCode = 2;
  } else {
    const out = await verifyEvidence(readFileSync(file, 'utf8'), option ? readFileSync(policy, 'utf8') : null);
    console.log(linesOf(out));
    globalThis.process.exitCode = out.exitCode;
  }
}
