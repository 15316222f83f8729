/** `mingzhang docket | case | guards`: what waits for whoever is signed in here, where an affair stands, and its file. */
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { CAPACITIES, type Capacity } from '../projections/accountability/table.js';
import { foldsOf } from './areas/accountability/affairs.controller.js';
import { casePage, type Docket, docketOf } from './areas/accountability/docket.controller.js';
import { affairNow, guardsOf, mustBeClear, nextOf } from './areas/accountability/looking-up.js';
import { aPurpose, lookingHere } from './cli-access.js';
import type { Run, Work } from './cli.js';
import { actOf } from './http/by.js';
import { tablesFilled } from './installation.js';
import { Advice } from './postgres/advice.js';
import { table } from './text.js';

const ACTION = 'accountability.read';
const contextHere = ({ installation: { opened }, holder }: Work) => actOf(opened, holder!);

const lines = ({ items, more }: Docket): string =>
  items.length === 0
    ? '没有待办。Nothing waits.'
    : table(
        ['期限 due', '案号 affair', '状态 state', '可办 next', '须补 missing', '责任建议 suggested', '回避 recusal'],
        items.map(({ due, overdue, reminded, affair, machine, status, next, suggestion, conflict }) => [
          `${due ?? '—'}${overdue ? ' ✗' : reminded ? ' !' : ''}`,
          `${machine} ${affair}`,
          status.zh,
          next.map(({ says }) => says.zh).join('、'),
          next.flatMap(({ missing }) => missing.map(({ guard, zh }) => `${guard} ${zh}`)).join('；'),
          (suggestion?.subjects ?? [])
            .flatMap(({ suggestions }) => suggestions.map(({ pattern, says }) => `${pattern} ${says.zh}`))
            .join('；'),
          conflict ?? '',
        ]),
      ) + (more ? '\n还有更多 and more' : '');

async function showDocket(work: Work): Promise<void> {
  const { app, installation, holder, say } = work;
  await tablesFilled(app.reader, installation.opened);
  const who = { context: contextHere(work), roles: holder!.roles };
  const found = await docketOf({ reader: app.reader, opened: installation.opened }, who);
  say(found, () => lines(found));
}
async function clear(id: string, work: Work) {
  const { opened } = work.installation;
  const affair = await affairNow(id, foldsOf(opened));
  if (affair.lead.status === 'none' && affair.case.status === 'none')
    throw new Advice(`没有案号 ${id}。`, `There is no affair ${id}.`);
  mustBeClear(affair, contextHere(work).by.person ?? '');
  return affair;
}
async function showCase(id: string, { html, purpose }: { html?: string; purpose?: string }, work: Work) {
  const { installation, say } = work;
  const affair = await clear(id, work);
  const context = contextHere(work);
  if (html !== undefined) {
    const page = await casePage(installation.opened, id, context, lookingHere(work, ACTION, purpose ?? null));
    await writeFile(html, page, { mode: 0o600 });
    say({ file: html }, () => `案卷已写入 the file is in ${html}`);
    return;
  }
  const machine = affair.review.status !== 'none' ? 'review' : affair.case.status !== 'none' ? 'case' : 'lead';
  const told = await nextOf(machine, id, foldsOf(installation.opened), context);
  say({ id, machine, ...told }, () =>
    [
      `${id} ${told.says?.zh ?? told.status} ${told.says?.en ?? ''}`,
      table(
        ['可办 next', '由 by', '须补 missing'],
        told.next.map(({ says, acts, missing }) => [
          `${says.zh} ${says.en}`,
          CAPACITIES[acts.capacity as Capacity].zh,
          missing.map(({ guard, zh }) => `${guard} ${zh}`).join('；') || '–',
        ]),
      ),
    ].join('\n'),
  );
}
async function showGuards(id: string, work: Work) {
  const { opened } = work.installation;
  await clear(id, work);
  const events = await opened.store.readRefs('affair', id);
  const guards = await guardsOf(id, events, foldsOf(opened), contextHere(work));
  work.say({ id, guards }, () =>
    table(
      ['条件 guard', '内容 says', '现状 standing', '依据 basis'],
      guards.map(({ guard, says, standing, basis }) => [guard, says.zh, `${standing.zh} ${standing.en}`, basis]),
    ),
  );
}
export function docketCommands(program: Command, run: Run): void {
  program
    .command('docket')
    .description('待办：等候本人办理的线索和案件 leads and cases that wait for whoever is signed in')
    .action(() => run({ action: ACTION }, showDocket));
  program
    .command('case <id>')
    .description('案件现状和下一步，或整卷打印 where an affair stands and what is next, or its whole file to print')
    .option('--html <file>', '整卷写入文件 the whole file as one page')
    .option('--purpose <text>', '事由，记录在案 what for; it is recorded', aPurpose)
    .action((id: string, options: { html?: string; purpose?: string }) =>
      run({ action: ACTION, parameters: { id } }, (work) => showCase(id, options, work)),
    );
  program
    .command('guards <id>')
    .description('案件各项条件 all guards of an affair as they stand')
    .action((id: string) => run({ action: ACTION, parameters: { id } }, (work) => showGuards(id, work)));
}
