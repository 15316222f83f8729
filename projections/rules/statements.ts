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

export const statementNotWhole = rule({
  id: 'DQ-02',
  version: 1,
  title: { zh: '账单缺行', en: 'statement with rows missing' },
  definition: {
    zh: '同一来源先前报过的、该账户该期间的行，在重新报送的账单中不再出现；或有行未收，而账单没有余额或合计可以核对少了多少。先前的行仍计入账本，直至来源报送删除。',
    en: 'Rows of the account and its days that the source had told before are not in the statement that it sends again; or rows were not taken, and nothing in it tells what they come to. What was told before still counts until its source says that it is gone.',
  },
  basis: '政府非税收入管理办法; 会计法 art. 17（账实、账账相符）',
  severity: 'yellow',
  parameters: {},
  tests: {
    whole: { zh: '先前报过的行都在', en: 'all rows that were told before are in it', clears: true },
    taken: { zh: '各行都已收，或余额可核', en: 'all rows were taken, or balances tell of them', clears: true },
  },
  uses: { statements },
  again: { StatementLoaded: idIn('statement'), SourceRowChanged: idIn('statement') },
  judge: (id, look) => {
    const row = look.statements.get(id);
    if (!row) return null;
    const { on, account, statement, rows, rejected, missing, missingNames, addsUp, event } = row;
    const [whole, taken] = [missing === 0, rejected === 0 || addsUp !== null];
    return {
      result: whole && taken ? 'cleared' : 'violation',
      certain: true,
      severity: 'yellow',
      about: { ...NOTHING_KNOWN, on },
      evidence: [event],
      tested: { whole, taken },
      missing: [],
      details: { account, statement, rows, rejected, missing, missingRows: missingNames.join(' ') },
    };
  },
});
