/** 数据质量: what a file says of its sums, and what its rows come to. */
import { idIn } from '../kernel/message.js';
import { NOTHING_KNOWN, rule } from '../kernel/rule.js';
import { statements } from '../statements.js';

export const statementDoesNotAddUp = rule({
  id: 'DQ-01',
  version: 1,
  title: { zh: '账单不平', en: 'statement that does not add up' },
  definition: {
    zh: '银行、国库或单位的文件所列余额或合计，与其各行不符：有行缺失、未收或有误。文件照收，以此标明。',
    en: 'The balances or sums that a file of a bank, the treasury or a unit tells are not those of its rows: rows are missing, were not taken, or are wrong. It is taken all the same, and this says so.',
  },
  basis: '政府非税收入管理办法; 会计法 art. 17（账实、账账相符）',
  severity: 'yellow',
  parameters: {},
  tests: { addsUp: { zh: '余额或合计与各行相符', en: 'its balances or sums are those of its rows', clears: true } },
  uses: { statements },
  again: { StatementLoaded: idIn('statement'), SourceRowChanged: idIn('statement') },
  judge: (id, look) => {
    const row = look.statements.get(id);
    if (!row) return null;
    const { on, account, statement, rows, rejected, differenceFen, addsUp, event } = row;
    return {
      result: addsUp === null ? 'undetermined' : addsUp ? 'cleared' : 'violation',
      certain: true,
      severity: 'yellow',
      about: { ...NOTHING_KNOWN, on },
      evidence: [event],
      tested: addsUp === null ? {} : { addsUp },
      missing: addsUp === null ? ['balances'] : [],
      details: { account, statement, rows, rejected, differenceFen },
    };
  },
});
