/** 豁免不进: used after its end, beyond its scope, or not granted as it has to be. */
import { exemptions } from '../exemptions.js';
import { idOf, type Recorded } from '../kernel/message.js';
import { NOTHING_KNOWN, rule } from '../kernel/rule.js';
import { actsTouched } from '../places.js';
import { aboutAct, onPlacing, PLACES } from './dual-acceptance.js';

const SPEECH = '三项制度讲话（豁免不进须经政府批准）';
const LATELY = ['outside', 'not-entered'] as const;

export const exemptionExpired = rule({
  id: 'EX-01',
  version: 1,
  title: { zh: '豁免过期仍场外受理', en: 'accepted under an exemption that had ended' },
  definition: {
    zh: '应进事项在中心外受理，覆盖它的豁免在受理当日已经终止，且没有其他有效豁免。终止日当日不再有效。',
    en: 'An item that must enter was accepted outside, the exemption that covered it had ended by that day, and no other was in force. It is not in force any more on its last boundary day.',
  },
  basis: SPEECH,
  severity: 'red',
  parameters: {},
  tests: {
    ended: { zh: '豁免当日已终止', en: 'the exemption had ended', clears: false },
    otherInForce: { zh: '另有有效豁免', en: 'another one was in force', clears: true },
  },
  uses: PLACES,
  again: onPlacing(actsTouched),
  judge: (act, look) => {
    const placed = look.placedActs.get(act)!;
    const { placing, expired, exemption, mustEnter } = placed;
    if (expired === null || !mustEnter) return null;
    const late = LATELY.some((each) => each === placing);
    return {
      result: late ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: aboutAct(placed),
      evidence: [act],
      tested: { ended: true, otherInForce: exemption !== null },
      missing: [],
      details: { exemption: expired },
    };
  },
});

export const exemptionScope = rule({
  id: 'EX-02',
  version: 1,
  title: { zh: '豁免超范围', en: 'beyond the scope of an exemption' },
  definition: {
    zh: '应进事项在中心外受理，单位当日有有效豁免，但事项、地点或渠道不在其范围内，且没有其他豁免覆盖。',
    en: 'An item that must enter was accepted outside; the unit had an exemption in force, but item, place or channel lies beyond its scope, and no other covers it.',
  },
  basis: SPEECH,
  severity: 'yellow',
  parameters: {},
  tests: {
    inForce: { zh: '单位当日有有效豁免', en: 'the unit had an exemption in force', clears: false },
    otherCovers: { zh: '另有豁免覆盖', en: 'another one covers it', clears: true },
  },
  uses: PLACES,
  again: onPlacing(actsTouched),
  judge: (act, look) => {
    const placed = look.placedActs.get(act)!;
    const { placing, outOfScope, exemption, mustEnter } = placed;
    if (outOfScope === null || !mustEnter) return null;
    const beyond = LATELY.some((each) => each === placing);
    return {
      result: beyond ? 'violation' : 'cleared',
      certain: true,
      severity: 'yellow',
      about: aboutAct(placed),
      evidence: [act],
      tested: { inForce: true, otherCovers: exemption !== null },
      missing: [],
      details: { exemption: outOfScope },
    };
  },
});

const idsOf = (event: Recorded) => `${idOf('exemptions')(event)}/${(event.data as { exemption: string }).exemption}`;

export const exemptionDefect = rule({
  id: 'EX-04',
  version: 1,
  title: { zh: '豁免审批不合规', en: 'an exemption not granted as it has to be' },
  definition: {
    zh: '豁免不是由政府批准（因而不免除任何受理），或没有文件，或没有终止日，或生效日早于批准日（这些缺陷本身不使豁免失效）。',
    en: 'The exemption was not approved by a government, and so exempts nothing; or there is no document, or no end, or it begins before it was decided, none of which ends it by itself.',
  },
  basis: SPEECH,
  severity: 'red',
  parameters: {},
  tests: {
    byGovernment: { zh: '由政府批准', en: 'approved by a government', clears: true },
    documented: { zh: '有批准文件', en: 'there is a document', clears: true },
    ends: { zh: '有终止日', en: 'it has an end', clears: true },
    notBackdated: { zh: '未追溯生效', en: 'it does not begin before it was decided', clears: true },
  },
  uses: { exemptions },
  again: { ExemptionApproved: idsOf, ExemptionRevoked: idsOf },
  judge: (id, look) => {
    const row = look.exemptions.get(id)!;
    if (row.granted === null) return null; // its revocation is known, and not its approval
    const [from, decidedOn] = [row.from!, row.decidedOn!];
    const tested = {
      byGovernment: row.approverLevel === 'government',
      documented: row.document !== null,
      ends: row.grantedTo !== null,
      notBackdated: from >= decidedOn,
    };
    return {
      result: Object.values(tested).every(Boolean) ? 'cleared' : 'violation',
      certain: true,
      severity: 'red',
      about: { ...NOTHING_KNOWN, on: decidedOn, org: row.org },
      evidence: [row.granted],
      tested,
      missing: [],
      details: { exemption: row.exemption, from, to: row.grantedTo },
    };
  },
});
