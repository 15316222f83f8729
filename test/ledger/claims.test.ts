/** Acts in different streams about one thing, from processes that know nothing of each other but the log. */
import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { block } from '../../src/areas/money/block.js';
import { fee } from '../../src/areas/money/fee.js';
import { receipt } from '../../src/areas/money/receipt.js';
import { tariff } from '../../src/areas/money/tariff.js';
import { Refusal } from '../../src/kernel/decider.js';
import { sending } from '../../src/ledger/commands.js';
import { MemoryStore } from '../../src/ledger/memory.store.js';
import { Streams } from '../../src/ledger/streams.js';
import { Vault } from '../../src/ledger/vault.js';
import { context } from '../given.js';
import { use, version } from '../money.js';

test('each looks again after the other, and what is owed is receipted once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-claims-'));
  const vault = await Vault.open([folder], false);
  const store = new MemoryStore();
  const processes = Array.from({ length: 6 }, () => sending({ store, vault, streams: new Streams(store) }));
  const by = { ...context.by, authMethod: 'token' } as const;
  let n = 0;
  const say = (process: number, decider: any, id: string, type: string, data: object) =>
    processes[process]!(decider, id, { type, data }, { context: { ...context, by }, key: `k${n++}` });
  try {
    await say(0, tariff, 'F-1', 'PublishFeeItem', version);
    await say(0, block, '4501-0001', 'PrintBlock', { to: '0100', form: 'paper' });
    await say(0, block, '4501-0001', 'IssueBlock', { org: 'org-1' });
    for (const name of ['f-1', 'f-2']) await say(0, fee, name, 'AssessFee', { feeItem: 'F-1', quantity: '10' });
    const lines = (...names: string[]) => ({
      ...use,
      lines: names.map((name) => ({ ...use.lines[0], fee: name, amountFen: '500' })),
      amountFen: String(500 * names.length),
    });
    // Each of them is for a third of what is owed for either: three fit, whoever they are.
    const all = await Promise.allSettled(
      processes.flatMap((_, process) =>
        [
          ['f-1', 'f-2'],
          ['f-2', 'f-1'],
        ].map((names, k) => say(process, receipt, `4501-00${process + 1}${k}`, 'IssueReceipt', lines(...names))),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const one of all)
      if (one.status === 'rejected') {
        expect(one.reason).toBeInstanceOf(Refusal);
        expect((one.reason as Refusal).broken.map(({ code }) => code)).toEqual(['fee-receipted-already']);
      }
    expect(await store.readTypes(['ReceiptIssued'], 0, 100)).toHaveLength(3);
  } finally {
    await rm(folder, { recursive: true });
  }
});
