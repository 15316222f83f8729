import oracle from 'canonicalize';
import fc from 'fast-check';
import { canonical, NotCanonical } from '../../projections/kernel/canonical.js';

const storable = (text: string) => !text.includes('\0') && text.isWellFormed();
const json = fc
  .jsonValue({ noUnicodeString: false })
  .filter(
    (value) =>
      storable(JSON.parse(JSON.stringify(JSON.stringify(value))) as string) &&
      JSON.stringify(value).isWellFormed() &&
      !JSON.stringify(value).includes('\\u0000'),
  );

test('the same text as an implementation by others, for any JSON', () => {
  fc.assert(
    fc.property(json, (value) => expect(canonical(value)).toBe((oracle as unknown as (v: unknown) => string)(value))),
  );
});
test('parsing and writing again changes nothing, whatever the order of members', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonical(value);
      expect(canonical(JSON.parse(text))).toBe(text);
    }),
  );
  expect(canonical(['\\u0000', ['\u0001', '\ud83d\ude00', []]])).toBe('["\\\\u0000",["\\u0001","😀",[]]]');
  expect(canonical({ b: 1, a: [true, null, '中'], ä: { z: 0, y: -0 } })).toBe(
    '{"a":[true,null,"中"],"b":1,"ä":{"y":0,"z":0}}',
  );
});
test('members sort by UTF-16 code unit, as RFC 8785 §3.2.3 shows', () => {
  const names = ['€', '\r', '\ufb33', '1', '😀', '\u0080', 'ö'];
  const expected = ['\r', '1', '\u0080', 'ö', '€', '😀', '\ufb33'];
  const object = Object.fromEntries(names.map((name) => [name, 0]));
  expect(Object.keys(JSON.parse(canonical({ x: object })).x as object).filter((k) => k !== '1')).toEqual(
    expected.filter((k) => k !== '1'),
  );
});
test('an object without a prototype is as good as any', () => {
  const bare = Object.assign(Object.create(null) as object, { b: 1, a: true });
  expect(canonical(bare)).toBe('{"a":true,"b":1}');
});
test('what is refused says where', () => {
  expect(() => canonical(undefined)).toThrow('/: a undefined is not JSON');
  expect(() => canonical(Object.assign(['a', []], { length: 3 }))).toThrow('/2: a undefined is not JSON');
  expect(() => canonical({ a: [undefined, 1n] })).toThrow('/a/0: a undefined is not JSON');
});
test('a part whose text is known is not read again', () => {
  const part = {
    get a(): number {
      throw new Error('read');
    },
  };
  expect(canonical({ b: part, a: 2 }, { value: part, text: '{"a":1}' })).toBe('{"a":2,"b":{"a":1}}');
});
test('undefined members are left out', () => expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}'));
test.each([
  [{ a: { 'b/c': ['x', 'NUL \0'] } }, '/a/b~1c/1'],
  [{ a: '\ud800' }, '/a'],
  [[['a', ['b', '\udfff']]], '/0/1/1'],
  [{ '\udc00': 1 }, '/\udc00'],
  [{ n: Number.NaN }, '/n'],
  [{ n: 1n }, '/n'],
  [[new Date(0)], '/0'],
])('what the log cannot hold is refused with its place: %#', (value, path) => {
  let error: unknown;
  try {
    canonical(value);
  } catch (e) {
    error = e;
  }
  expect(error).toBeInstanceOf(NotCanonical);
  expect((error as NotCanonical).path).toBe(path);
});

test('a part whose text is known is put in as it is, wherever it stands', () => {
  fc.assert(
    fc.property(json, fc.array(json, { maxLength: 3 }), (part, others) => {
      const value = { part };
      const whole = { a: others, b: { deep: [value, ...others] }, c: value };
      expect(canonical(whole, { value, text: canonical(value) })).toBe(canonical(whole));
      expect(canonical(whole, { value, text: 'known' })).toContain('"c":known');
    }),
  );
});
