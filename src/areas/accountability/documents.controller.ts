/** Documents and signatures, and the registers: `/v1/accountability/affairs/{id}/documents/{kind}`, `/conducts`, … */
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { documentVersions } from '../../../projections/accountability/cards.js';
import { type Affair, worthOf } from '../../../projections/accountability/contents.js';
import { documentRegister, type DocumentState } from '../../../projections/accountability/registers.js';
import {
  type Capacity,
  DOCUMENT_KINDS,
  documentId,
  type DocumentKind,
} from '../../../projections/accountability/table.js';
import type { Holder } from '../../identity/holder.js';
import { Identity } from '../../identity/identity.js';
import { Action, type Asking, At, By } from '../../http/by.js';
import type { IdentifierBody } from '../../http/fields.js';
import { fontsFor } from '../../http/fonts.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import { idIn } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { type ActionName, may } from '../../kernel/permissions.js';
import { Commands } from '../../ledger/commands.js';
import { sha256 } from '../../ledger/identity.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import {
  AffairEmptyBody,
  AffairReasonBody,
  AuthorityOfPersonBody,
  ClaimConductBody,
  PriorStepOfPersonBody,
  RecordReporterBody,
  ReleaseConductBody,
} from './accountability.dto.js';
import { foldsOf, namesIn } from './affairs.controller.js';
import { SignDocumentBody } from './cases.dto.js';
import { documentFor } from './document.js';
import { affairNow, mustBeClear } from './looking-up.js';
import { PAPER_POLICY, paperOf } from './paper.js';
import { authority, conduct, reporter } from './registers.js';

/** Its digests are the shell's. */
export const document = documentFor((text) => `sha256:${sha256(text).toString('hex')}`);
/** Where nobody is named for it, whoever may do what is signed: for the organ, who may decide for it. */
const SIGNS_FOR: Readonly<Partial<Record<Capacity, ActionName>>> = {
  officer: 'lead.ProposeTriage',
  approver: 'lead.RouteLead',
  head: 'case.Decide',
};
/** A signature takes a second factor that was shown so lately. */
export const SIGNING_MINUTES = 10;
const kindIn = (text: string): DocumentKind => {
  const kind = DOCUMENT_KINDS.find((one) => one === text);
  if (!kind) throw new Problem('not-found');
  return kind;
};
const shown = (kind: DocumentKind, state: DocumentState, affair: Affair) => ({
  ...worthOf(kind, state, affair),
  content: state.content,
  drafter: state.drafter,
  signed: state.signatures,
  voided: state.voided,
});

@Controller('v1/accountability/affairs/:id/documents')
export class DocumentsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** The first version, made from the events as they are. */
  @Post(':kind/drafts')
  @Action('document.DraftDocument')
  draft(@Param('id') id: string, @Param('kind') kind: string, @Body() data: AffairEmptyBody, @By() by: By) {
    return this.commands.send(document, this.name(id, kind), { type: 'DraftDocument', data }, by);
  }
  /** Another version, as the events are now; signatures under the one before are void. */
  @Post(':kind/revisions')
  @Action('document.ReviseDocument')
  revise(@Param('id') id: string, @Param('kind') kind: string, @Body() data: AffairReasonBody, @By() by: By) {
    return this.commands.send(document, this.name(id, kind), { type: 'ReviseDocument', data }, by);
  }
  @Post(':kind/signatures')
  @Action('document.SignDocument')
  async sign(
    @Param('id') id: string,
    @Param('kind') kind: string,
    @Body() { digest, as, reservation }: SignDocumentBody,
    @By() by: By,
    @Req() { holder }: Asking,
  ) {
    const needed = SIGNS_FOR[as];
    if (needed !== undefined && !may(by.roles, needed))
      throw new Problem('not-permitted', { members: { action: 'document.SignDocument' } });
    const factor = await this.factorOf(holder!);
    const data = { digest, as, ...(reservation !== undefined && { reservation }), factor };
    return this.commands.send(document, this.name(id, kind), { type: 'SignDocument', data }, by);
  }
  @Get(':kind')
  @Action('accountability.read')
  async one(@Param('id') id: string, @Param('kind') kind: string, @By() { context }: By) {
    const { state, affair } = await this.found(id, kind, context.by.person);
    return shown(kindIn(kind), state, affair);
  }
  /** As it is printed, with names. */
  @Get(':kind/paper')
  @TakesPurpose()
  @Action('accountability.read')
  async paper(
    @Param('id') id: string,
    @Param('kind') kind: string,
    @By() { context }: By,
    @LookingAt() looking: Looking,
    @Res() reply: FastifyReply,
  ) {
    const { state, affair } = await this.found(id, kind, context.by.person);
    const page = await looking.at({ type: 'affair', id }, 'personal', async () => {
      const { names, opened } = await namesIn(this.opened, await this.opened.store.readRefs('affair', id));
      const { current } = worthOf(kindIn(kind), state, affair);
      return { answer: await paperOf(kindIn(kind), state, names, { current, fontsFor }), count: 1, opened };
    });
    await reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAPER_POLICY)
      .header('etag', `"${state.digest}"`)
      .send(page);
  }

  private name = (id: string, kind: string) => documentId(idIn('id', id), kindIn(kind));
  private async found(id: string, kind: string, person: string | null) {
    const { state } = await this.opened.streams.get(documentRegister, this.name(id, kind), true);
    if (state.version === 0) throw new Problem('not-found');
    const affair = await affairNow(id, foldsOf(this.opened));
    mustBeClear(affair, person ?? '');
    return { state, affair };
  }
  /** Null where the installation does without second factors. Throws where it was shown too long ago. */
  private async factorOf({ session }: Holder) {
    if (await this.identity.waivesSecondFactors()) return null;
    const [, kind] = session?.factors ?? [];
    const age = session ? Date.now() - session.begunAt.getTime() : Infinity;
    if (kind === undefined || age > SIGNING_MINUTES * 60_000) throw new Problem('signing-needs-code');
    return { kind, shownAt: session!.begunAt.toISOString() };
  }
}

@Controller('v1/accountability')
export class RegistersOfAccountabilityController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** A version of a document by the digest of what it says. */
  @Get('contents/:digest')
  @Action('accountability.read')
  async content(@Param('digest') digest: string, @At() at: At, @By() { context }: By) {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Problem('not-found');
    const row = await this.reader.get(documentVersions, digest, at);
    if (!row) throw new Problem('not-found');
    const affair = await affairNow(row.affair, foldsOf(this.opened));
    const { person = null, org = '' } = context.by;
    if (affair.lead.accused.some((one) => one.person === person) || affair.lead.orgs.includes(org))
      throw new Problem('not-found');
    mustBeClear(affair, person ?? '');
    return row;
  }
  @Post('conducts/:conduct/claims')
  @Action('conduct.ClaimConduct')
  claim(@Param('conduct') id: string, @Body() data: ClaimConductBody, @By() by: By) {
    return this.commands.send(conduct, idIn('conduct', id), { type: 'ClaimConduct', data }, by);
  }
  @Post('conducts/:conduct/releases')
  @Action('conduct.ReleaseConduct')
  release(@Param('conduct') id: string, @Body() data: ReleaseConductBody, @By() by: By) {
    return this.commands.send(conduct, idIn('conduct', id), { type: 'ReleaseConduct', data }, by);
  }
  /** Who decides about somebody (干部管理权限), from a day on. */
  @Post('authorities')
  @Action('authority.SetAuthority')
  async authority(@Body() { of, ...data }: AuthorityOfPersonBody, @By() by: By) {
    return this.commands.send(authority, await this.personOf(of), { type: 'SetAuthority', data }, by);
  }
  @Post('authorities/prior-steps')
  @Action('authority.RecordPriorStep')
  async priorStep(@Body() { of, ...data }: PriorStepOfPersonBody, @By() by: By) {
    return this.commands.send(authority, await this.personOf(of), { type: 'RecordPriorStep', data }, by);
  }
  /** Who reported: sealed, in a stream of its own, that leads only name. */
  @Post('reporters/:id')
  @Action('reporter.RecordReporter')
  reporter(@Param('id') id: string, @Body() data: RecordReporterBody, @By() by: By) {
    return this.commands.send(reporter, idIn('id', id), { type: 'RecordReporter', data } as never, by);
  }
  private personOf = ({ kind, value }: IdentifierBody) => this.opened.vault.personFor({ kind, value });
}
