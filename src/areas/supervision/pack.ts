/** Rule packs (规则参数): proposed by one, adopted by another, for days to come: streams `pack-<rule>`. */
import type { PackEvent } from '../../../projections/events/findings.js';
import { type Grade, MOST, type Parameter, type Values } from '../../../projections/kernel/rule.js';
import { packRegister, type PackState } from '../../../projections/packs.js';
import { type RuleTable, standard } from '../../../projections/rules/index.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export interface ProposePack {
  readonly rule: string;
  readonly pack: string;
  readonly values: Values;
  /** The version of the rule that is to speak from now on. */
  readonly ruleVersion?: number;
  readonly from: string;
  readonly source: string;
  readonly grade: Grade;
  readonly reason: string;
}
export type PackCommand =
  | { type: 'ProposePack'; data: ProposePack }
  | { type: 'AdoptPack'; data: { reason: string } }
  | { type: 'DeclinePack'; data: { reason: string } };

const BASIS = '规则参数管理（双人）';
const known = ({ ruledOf }: RuleTable): Guard<PackState, Partial<ProposePack>> => ({
  code: 'rule-parameter-unknown',
  says: {
    zh: '该规则没有这样的参数，或参数不是上限以内的非负整数',
    en: 'the rule has no such parameter, or it is no whole number from 0 up to its most',
  },
  basis: BASIS,
  broken: ({ rule = '', values = {}, ruleVersion }) => {
    const known = ruledOf(rule);
    const parameters: Readonly<Record<string, Parameter>> = known?.parameters ?? {};
    const wrong = Object.entries(values).filter(
      ([name, value]) =>
        !Object.hasOwn(parameters, name) ||
        !Number.isSafeInteger(value) ||
        value < 0 ||
        value > (parameters[name]!.most ?? MOST),
    );
    return (
      (wrong.length > 0 ||
        (ruleVersion ?? known?.version) !== known?.version ||
        (Object.keys(values).length === 0 && ruleVersion === undefined)) && {
        details: {
          rule,
          unknown: wrong.map(([name]) => name),
          known: Object.keys(parameters),
          version: known?.version ?? null,
        },
      }
    );
  },
});
/** What was done is judged by what was in force then. */
const ahead = (from: string, { on }: { readonly on: string }) => from <= on && { details: { from, on } };
const notRetroactive: Guard<PackState, Partial<ProposePack>> = {
  code: 'rule-pack-retroactive',
  says: { zh: '参数只能自次日以后生效', en: 'parameters begin on a day to come' },
  basis: BASIS,
  broken: ({ from }, _, context) => from !== undefined && ahead(from, context),
};
const stillAhead: Guard<PackState> = {
  ...notRetroactive,
  standing: true,
  broken: (_, { proposed }, context) => proposed !== null && ahead(proposed.from, context),
};
const secondPerson: Guard<PackState> = {
  code: 'second-person-needed',
  says: { zh: '须由提议人以外的人决定', en: 'somebody other than the proposer decides' },
  basis: BASIS,
  standing: true,
  broken: (_, { proposed }, { by }) =>
    proposed !== null && proposed.by === by.person && { details: {}, refs: [proposed.event] },
};

export type PackDecider = Decider<PackState, PackCommand, PackEvent>;
export const packFor = (table: RuleTable): PackDecider => ({
  ...packRegister,
  commands: {
    ProposePack: {
      says: { zh: '提议规则参数', en: 'propose parameters' },
      from: ['none', 'adopted'],
      guards: [known(table), notRetroactive],
      events: ({ pack: name, values, ruleVersion = null, from, source, grade, reason }) => [
        {
          type: 'RulePackProposed',
          data: { pack: name, values, ruleVersion, from, source, grade, reason },
          effective: { from, to: null },
          legalBasis: [source],
        },
      ],
    },
    AdoptPack: {
      says: { zh: '采用规则参数', en: 'adopt parameters' },
      from: ['proposed'],
      guards: [secondPerson, stillAhead],
      events: ({ reason }, { proposed }) => {
        if (!proposed) return [];
        const { pack: name, values, ruleVersion, from, source, grade, by } = proposed;
        const data = { pack: name, values, ruleVersion, from, source, grade, reason, proposedBy: by };
        return [{ type: 'RulePackAdopted', data, effective: { from, to: null }, legalBasis: [source] }];
      },
    },
    DeclinePack: {
      says: { zh: '不采用规则参数', en: 'decline parameters' },
      from: ['proposed'],
      guards: [secondPerson],
      events: ({ reason }, { proposed }) => [
        { type: 'RulePackDeclined', data: { pack: proposed?.pack ?? '', reason } },
      ],
    },
  },
});
export const pack = packFor(standard);
