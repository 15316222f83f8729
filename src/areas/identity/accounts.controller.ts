/** Accounts, roles, grants and keys: `/v1/accounts`. Who makes accounts grants nothing, who grants makes none. */
import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { type AccountRow, accountRegister, accounts } from '../../../projections/accounts.js';
import { Action, At, By } from '../../http/by.js';
import { type Looking, LookingAt, TakesPurpose } from '../../http/looking.js';
import { type Asked, filtersIn, idIn, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { type Fault, Problem } from '../../http/problems.js';
import { Identity, loginOf } from '../../identity/identity.js';
import { addKey, newKey } from '../../identity/people.js';
import { isSecret } from '../../kernel/classes.js';
import { may } from '../../kernel/permissions.js';
import { Commands } from '../../ledger/commands.js';
import { openPersonal } from '../../ledger/envelope.js';
import { type Opened, OPENED } from '../../ledger/open.js';
import { Reader } from '../../read/reader.js';
import { askerOf } from '../../../projections/accountability/involved.js';
import { thingsHidden } from '../../http/involved.js';
import { account, installation, IDENTITY_SELF } from './account.js';
import {
  CreateAccountBody,
  GrantAccessBody,
  GrantRoleBody,
  IssueKeyBody,
  RenewEnrolmentBody,
  RevokeGrantBody,
  RevokeKeyBody,
  WithReasonBody,
} from './identity.dto.js';

const fault = (pointer: string, zh: string, en: string): Fault => ({ pointer, detail: { zh, en } });

@Controller('v1')
export class AccountsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(OPENED) private readonly opened: Opened,
  ) {}

  /** The login is taken first, so that two accounts never share it; the code to enrol with is shown this once. */
  @Post('accounts')
  @Action('account.CreateAccount')
  async create(@Body() { login, ...data }: CreateAccountBody, @By() by: By) {
    if ((data.kind === 'person') !== (login !== undefined))
      throw new Problem('body-unusable', {
        errors: [fault('/login', '人员须有登录名，接入账号没有登录名', 'people have a login, adapters have none')],
      });
    const id = await this.opened.vault.personFor(data.holder.identifier);
    const { secrets } = this.identity;
    if (login !== undefined && !by.dryRun && !(await secrets.reserve(id, loginOf(login))))
      throw new Problem('login-taken');
    try {
      const answer = await this.commands.send(account, id, { type: 'CreateAccount', data } as never, by);
      const shown = login !== undefined && !by.dryRun && !('repeated' in answer);
      return { account: id, ...answer, ...(shown && { enrolmentCode: await secrets.enrol(id) }) };
    } catch (error) {
      const { status } = (await this.opened.streams.get(accountRegister, id, true)).state;
      if (status === 'none') await secrets.release(id);
      throw error;
    }
  }
  @Post('accounts/:id/closures')
  @Action('account.CloseAccount')
  async close(@Param('id') id: string, @Body() data: WithReasonBody, @By() by: By) {
    const answer = await this.commands.send(account, idIn('id', id), { type: 'CloseAccount', data }, by);
    if (!by.dryRun) await this.identity.secrets.forget(id);
    this.identity.forget();
    return answer;
  }
  /** Password and second factor are forgotten; the new code is shown this once. */
  @Post('accounts/:id/enrolments')
  @Action('account.RenewEnrolment')
  async renew(@Param('id') id: string, @Body() { login, ...data }: RenewEnrolmentBody, @By() by: By) {
    const { secrets } = this.identity;
    if (login !== undefined && !by.dryRun && !(await secrets.rename(idIn('id', id), loginOf(login))))
      throw new Problem('login-taken');
    const answer = await this.commands.send(account, idIn('id', id), { type: 'RenewEnrolment', data }, by);
    if (by.dryRun || 'repeated' in answer) return answer;
    await secrets.forget(id);
    this.identity.forget();
    return { ...answer, enrolmentCode: await secrets.enrol(id) };
  }

  @Post('accounts/:id/roles')
  @Action('account.GrantRole')
  grant(@Param('id') id: string, @Body() data: GrantRoleBody, @By() by: By) {
    return this.changing(id, { type: 'GrantRole', data }, by);
  }
  @Post('accounts/:id/roles/revocations')
  @Action('account.RevokeRole')
  revoke(@Param('id') id: string, @Body() data: RevokeGrantBody, @By() by: By) {
    return this.changing(id, { type: 'RevokeRole', data }, by);
  }
  @Post('accounts/:id/grants')
  @Action('account.GrantAccess')
  grantAccess(@Param('id') id: string, @Body() data: GrantAccessBody, @By() by: By) {
    return this.changing(id, { type: 'GrantAccess', data }, by);
  }
  @Post('accounts/:id/grants/revocations')
  @Action('account.RevokeAccess')
  revokeAccess(@Param('id') id: string, @Body() data: RevokeGrantBody, @By() by: By) {
    return this.changing(id, { type: 'RevokeAccess', data }, by);
  }
  private async changing(id: string, command: Parameters<Commands['send']>[2], by: By) {
    const answer = await this.commands.send(account, idIn('id', id), command as never, by);
    this.identity.forget();
    return answer;
  }

  /** The key is shown this once. */
  @Post('accounts/:id/keys')
  @Action('account.IssueKey')
  async issueKey(@Param('id') id: string, @Body() body: IssueKeyBody, @By() by: By) {
    const made = newKey();
    const data = { ...body, prefix: made.prefix };
    const answer = await this.commands.send(account, idIn('id', id), { type: 'IssueKey', data }, by);
    if (by.dryRun) return answer;
    await addKey(this.identity.secrets, id, made, body.endsOn);
    this.identity.forget();
    return { ...answer, prefix: made.prefix, key: made.key };
  }
  @Post('accounts/:id/keys/revocations')
  @Action('account.RevokeKey')
  async revokeKey(@Param('id') id: string, @Body() data: RevokeKeyBody, @By() by: By) {
    const answer = await this.changing(id, { type: 'RevokeKey', data }, by);
    if (!by.dryRun) await this.identity.secrets.removeKey(data.prefix);
    return answer;
  }
  /** Whoever is signed in with this account is out. */
  @Delete('accounts/:id/sessions')
  @Action('account.EndSessions')
  async endSessions(@Param('id') id: string) {
    await this.identity.secrets.endSessions(idIn('id', id));
    this.identity.forget();
    return { ended: true };
  }

  @Post('identity/second-factor/waivers')
  @Action('identity.WaiveSecondFactor')
  waive(@Body() data: WithReasonBody, @By() by: By) {
    return this.commands.send(installation, IDENTITY_SELF, { type: 'WaiveSecondFactor', data }, by);
  }
  @Post('identity/second-factor/requirements')
  @Action('identity.RequireSecondFactor')
  require(@Body() data: WithReasonBody, @By() by: By) {
    return this.commands.send(installation, IDENTITY_SELF, { type: 'RequireSecondFactor', data }, by);
  }

  /** With their names opened: whoever administers accounts knows whose they are, and says what for. */
  @Get('accounts')
  @TakesPurpose()
  @Takes('status', 'kind', ...PAGES)
  @Action('accounts.read')
  list(@Query() asked: Asked, @At() at: At, @By() by: By, @LookingAt() looking: Looking) {
    return looking.at({ type: 'accounts', id: 'all' }, 'administration', async () => {
      const page = await this.reader.find(accounts, filtersIn(asked, ['status', 'kind']), { ...at, ...pageIn(asked) });
      const rows = await Promise.all(page.rows.map((row) => this.shown(row, by)));
      const opened = page.rows.map(({ account: person }) => person);
      return { answer: { ...page, rows }, count: rows.length, opened };
    });
  }
  @Get('accounts/:id')
  @TakesPurpose()
  @Action('accounts.read')
  one(@Param('id') id: string, @At() at: At, @By() by: By, @LookingAt() looking: Looking) {
    return looking.at({ type: 'account', id: idIn('id', id) }, 'administration', async () => {
      const row = await this.reader.get(accounts, id, at);
      if (!row) throw new Problem('not-found');
      return { answer: await this.shown(row, by), count: 1, opened: [row.account] };
    });
  }
  /** For what is secret somebody has leave: that is for those to know who give it or oversee it, and not for those whom it is about. */
  private async grantsFor(state: AccountRow['state'], { roles, context }: By) {
    if (!state.access.some(({ object }) => isSecret(object))) return state.access;
    const knows = may(roles, 'account.GrantAccess') || may(roles, 'administration.read');
    const isHidden = await thingsHidden(this.reader, askerOf(context));
    return state.access.filter(({ object }) => !isSecret(object) || (knows && isHidden?.(object) !== true));
  }
  private async shown({ created, name, leader: _leader, state, ...row }: AccountRow, by: By) {
    const holder = { personId: state.person, personal: name === null ? {} : { name } };
    const { data } = await openPersonal(this.opened.vault, created, { holder });
    const { owner, roles, keys, secondFactor, linked } = state;
    const access = await this.grantsFor(state, by);
    const { name: known = null } = data.holder.personal as { name?: string | null };
    return { ...row, name: known, owner, roles, access, keys, secondFactor, linked };
  }
}
