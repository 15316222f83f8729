/** A finding as it is read: what happened, the law, the evidence, what was tested, and what would clear it. */
import type { FindingRow } from './findings.js';
import type { Recorded } from './kernel/message.js';
import type { Parameter, Rule, Text, VerdictRow } from './kernel/rule.js';
import type { PackRow } from './packs.js';

export interface Tested extends Text {
  readonly test: string;
  readonly outcome: boolean;
  /** With the other outcome there would be no finding. */
  readonly wouldClear: boolean;
}
export interface FindingPage {
  readonly finding: FindingRow;
  readonly rule: Readonly<{
    id: string;
    version: number;
    title: Text;
    definition: Text;
    basis: string;
    parameters: readonly (Text & Pick<Parameter, 'source' | 'grade'> & { name: string; value: number })[];
  }>;
  /** As the rule judges now: it may have gone on since the finding was last told. */
  readonly now: Pick<VerdictRow, 'result' | 'severity' | 'certain' | 'evidence' | 'details' | 'missing'> | null;
  readonly evidence: readonly Pick<
    Recorded,
    'index' | 'id' | 'type' | 'stream' | 'occurredAt' | 'recordedAt' | 'actor' | 'place' | 'channel' | 'source'
  >[];
  readonly tested: readonly Tested[];
  readonly toClear: readonly Tested[];
}

/** Its value, and where that comes from: the last pack that says so, or the rule itself. */
function told(name: string, { says, ...own }: Parameter, judgedBy: number | undefined, packs: readonly PackRow[]) {
  const value = judgedBy ?? own.value;
  const { source, grade } = (value !== own.value && packs.findLast(({ values }) => values[name] === value)) || own;
  return { name, ...says, source, grade, value };
}

/** `events`: those that the evidence names, as far as they are at hand. `packs`: of the rule, by their first days. */
export function findingPage(
  finding: FindingRow,
  rule: Rule,
  verdict: VerdictRow | undefined,
  events: readonly Recorded[],
  packs: readonly PackRow[],
): FindingPage {
  const { id, version, title, definition, basis } = rule;
  const outcomes = verdict?.tested ?? finding.tested;
  const tested = Object.entries(rule.tests).flatMap(([test, { zh, en, clears }]): Tested[] => {
    const outcome = outcomes[test];
    return outcome === undefined ? [] : [{ test, zh, en, outcome, wouldClear: outcome !== clears }];
  });
  const parameters = Object.entries<Parameter>(rule.parameters).map(([name, of]) =>
    told(name, of, finding.parameters[name], packs),
  );
  const evidence = (verdict?.evidence ?? finding.evidence).flatMap((id) => {
    const event = events.find((each) => each.id === id);
    if (!event) return [];
    const { index, type, stream, occurredAt, recordedAt, actor, place, channel, source } = event;
    return [
      {
        index,
        id,
        type,
        stream,
        occurredAt,
        recordedAt,
        actor,
        ...(place && { place }),
        ...(channel && { channel }),
        ...(source && { source }),
      },
    ];
  });
  return {
    finding,
    rule: { id, version, title, definition, basis, parameters },
    now: verdict
      ? {
          result: verdict.result,
          severity: verdict.severity,
          certain: verdict.certain,
          evidence: verdict.evidence,
          details: verdict.details,
          missing: verdict.missing,
        }
      : null,
    evidence,
    tested,
    toClear: tested.filter(({ wouldClear }) => wouldClear),
  };
}
