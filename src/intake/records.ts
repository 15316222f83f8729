/** What the readers of foreign files give, whatever the format: the events of one case after the other, in file order. */

/** Attributes by name, as text. Empty ones are left out. */
export type Attributes = ReadonlyMap<string, string>;

interface At {
  /** Line of the (unpacked) file, from 1. */
  readonly line: number;
}
export type SourceRecord =
  | (At & { readonly kind: 'event'; readonly attributes: Attributes; readonly caseAttributes: Attributes })
  /** After the last event of a case, with all that is known of the case; also of a case without events. */
  | (At & { readonly kind: 'end'; readonly caseAttributes: Attributes })
  /** An event that cannot be read; the file goes on behind it. */
  | (At & { readonly kind: 'broken'; readonly problem: Problem });

/** No case and no event of a log has more; each is kept in memory while it is read. */
export const MOST_ATTRIBUTES = 4000;

export type ReasonCode = keyof typeof REASONS;
/** Why something was not taken: `field` names the attribute, `detail` what stands there. */
export type Problem = Readonly<{ field: string; code: ReasonCode; detail?: string }>;

/** Every reason for which a part of a file is not taken. None of them is the breaking of a rule. */
export const REASONS = {
  missing: { zh: '缺少该字段', en: 'is missing' },
  'too-long': { zh: '过长', en: 'is too long' },
  'nul-character': { zh: '含有空字符（NUL）', en: 'has a NUL character' },
  'broken-encoding': { zh: '编码损坏，无法还原原文', en: 'has bytes that are not text in its encoding' },
  'not-an-instant': { zh: '不是可识别的时间', en: 'is not a time' },
  'no-offset': { zh: '时间没有时区，映射也未说明时区', en: 'has no offset, and the mapping names no zone' },
  'no-such-local-time': { zh: '该时区没有这一时刻', en: 'is a local time that the zone skips' },
  'not-a-day': { zh: '不是可识别的日期', en: 'is not a day' },
  'not-a-number': { zh: '不是数', en: 'is not a number' },
  'not-an-amount': { zh: '不是以分为最小单位的金额', en: 'is not an amount of whole fen' },
  'not-a-boolean': { zh: '不是是非值', en: 'is neither true nor false' },
  'no-code': { zh: '映射的代码表中没有该值', en: 'is not in the table of codes of the mapping' },
  'no-meaning': { zh: '映射未说明该活动的含义', en: 'is an activity that the mapping says nothing about' },
  'duplicate-event-id': { zh: '同一案件中事件编号重复', en: 'stands in this case before' },
  'differs-in-case': {
    zh: '同一案件各行的值不一致，已采用首个值',
    en: 'differs from the earlier value of this case, which was taken',
  },
  'wrong-columns': { zh: '列数与表头不符', en: 'the row has not as many columns as the header' },
  'broken-row': { zh: '该行无法解析', en: 'the row cannot be read' },
  'outside-a-case': { zh: '事件不属于任何案件', en: 'the event stands outside any case' },
  'not-accepted': { zh: '不符合该命令的格式', en: 'does not have the form that the command asks for' },
  'other-currency': {
    zh: '不是人民币（CNY），本账本只记人民币',
    en: 'is not in CNY, the only currency of this ledger',
  },
  'neither-credit-nor-debit': {
    zh: '应有且仅有贷方或借方金额',
    en: 'has neither, or both of, an amount that came in and one that left',
  },
  'signed-amount': {
    zh: '金额带符号；正负由记录种类决定',
    en: 'has a sign: what kind of record it is says whether money came in or left',
  },
  'stands-twice': {
    zh: '同一文件中该业务号已出现；不知哪一行为准，请向来源核实',
    en: 'stands in this file before by the same reference: ask its source which of them is right',
  },
  'no-such-row': { zh: '账本未收到过该来源记录', en: 'is a row of the source that this ledger never had' },
  'person-erased': { zh: '该人的个人信息已依法删除', en: 'is about a person whose data was erased' },
} as const;

/** The file as a whole cannot be read further. `line` and `column` count from 1, of the unpacked text. */
export class Unreadable extends Error {
  constructor(
    readonly file: string,
    readonly zh: string,
    readonly en: string,
    readonly line: number | null = null,
    readonly column: number | null = null,
    options?: ErrorOptions,
  ) {
    const place = [file, line, column].filter((part) => part !== null).join(':');
    super(`${place}: ${zh}\n${place}: ${en}`, options);
    this.name = 'Unreadable';
  }
}
