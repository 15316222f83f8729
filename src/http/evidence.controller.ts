/** A matter as evidence: one file that anybody can check without the ledger. */
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Opened, OPENED } from '../ledger/open.js';
import { type Evidence, evidenceOf } from '../ledger/seal/evidence.js';
import { Seal } from '../ledger/seal/seal.js';
import { Action } from './by.js';
import { type Looking, LookingAt, TakesPurpose } from './looking.js';
import { idIn, oneOf, Takes } from './parameters.js';
import { Problem } from './problems.js';

/** For requests, and for the command line. Throws {@link Problem}. `opens`: sealed fields too, which is a look. */
export async function evidenceFor(
  opened: Opened,
  seal: Seal,
  { id, opens, looking }: { readonly id: string; readonly opens: boolean; readonly looking: Looking },
): Promise<string> {
  const { name: ledger, mode, store, vault } = opened;
  const subject = { type: 'matter', id };
  const read = async (): Promise<Evidence> => {
    const found = await evidenceOf({ ledger, mode, store, vault, seal, shows: looking.shows, opens }, subject);
    if (!found) throw new Problem((await store.readRefs('matter', id)).length > 0 ? 'not-sealed' : 'not-found');
    return found;
  };
  if (!opens) return (await read()).text;
  if (!looking.may('personal.open')) throw new Problem('not-permitted', { members: { action: 'personal.open' } });
  return looking.at(subject, 'personal', async () => {
    const { text, events, persons } = await read();
    return { answer: text, count: events, opened: persons };
  });
}

@Controller('v1/matters')
export class EvidenceController {
  constructor(
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(Seal) private readonly seal: Seal,
  ) {}

  /**
   * Its events with their proofs under the newest signed head, and the registers that they rest on. `open=true`: with
   * sealed fields opened one by one, for those who may; which is a look.
   */
  @Get(':id/evidence')
  @TakesPurpose()
  @Takes('open')
  @Action('matters.read')
  async evidence(
    @Param('id') id: string,
    @LookingAt() looking: Looking,
    @Res() reply: FastifyReply,
    @Query('open') open?: string,
  ) {
    const opens = oneOf('open', open, ['true', 'false'], 'false') === 'true';
    const text = await evidenceFor(this.opened, this.seal, { id: idIn('id', id), opens, looking });
    await reply
      .type('application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="${id}.evidence"`)
      .send(text);
  }
}
