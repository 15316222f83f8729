/** What banks and treasury have said, and what all of money's lists share: `/v1/money/payments`, `/deposits`, … */
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { accountDays } from '../../../projections/account-days.js';
import type { Projection, Row } from '../../../projections/kernel/projection.js';
import { deposits } from '../../../projections/deposits.js';
import { credits, debits, payments, vouchers } from '../../../projections/payments.js';
import { Action, At } from '../../http/by.js';
import { type Asked, dayIn, filtersIn, idIn, optionalDay, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { Reader } from '../../read/reader.js';
import type { Where } from '../../read/select.js';

/** A row by its key. Throws {@link Problem} where there is none. */
export async function oneOf<R extends Row>(
  reader: Reader,
  of: Projection<any, R, any>,
  id: string,
  at: At,
): Promise<R> {
  const { rows } = await reader.find(of, { [of.key]: id }, { ...at, limit: 1 });
  if (rows.length === 0) throw new Problem('not-found');
  return rows[0]!;
}
export function daysIn({ from, to }: Asked, column: string): Where {
  const [gte, lte] = [optionalDay('from', from), optionalDay('to', to)];
  if (gte === undefined && lte === undefined) return {};
  return { [column]: { ...(gte !== undefined && { gte }), ...(lte !== undefined && { lte }) } };
}

const accountDayIn = (account: string, day: string) => `${idIn('account', account)} ${dayIn('day', day)}`;

@Controller('v1/money')
export class BankController {
  constructor(@Inject(Reader) private readonly reader: Reader) {}

  @Get('payments')
  @Takes('from', 'to', 'account', 'channel', 'payCode', 'remittance', 'org', 'matterId', 'status', ...PAGES)
  @Action('money.read')
  payments(@Query() asked: Asked, @At() at: At) {
    const where = {
      ...filtersIn(asked, ['account', 'channel', 'payCode', 'remittance', 'org', 'matterId', 'status']),
      ...daysIn(asked, 'on'),
    };
    return this.reader.find(payments, where, { ...at, ...pageIn(asked), order: ['on'] });
  }
  @Get('payments/:id')
  @Action('money.read')
  payment(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, payments, idIn('id', id), at);
  }
  @Get('payments/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  paymentWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(payments, idIn('id', id), { ...at, ...pageIn(asked) });
  }

  @Get('deposits')
  @Takes('from', 'to', 'account', 'status', ...PAGES)
  @Action('money.read')
  deposits(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['account', 'status']), ...daysIn(asked, 'day') };
    return this.reader.find(deposits, where, { ...at, ...pageIn(asked), order: ['day'] });
  }
  @Get('deposits/:id')
  @Action('money.read')
  deposit(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, deposits, idIn('id', id), at);
  }
  @Get('deposits/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  depositWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(deposits, idIn('id', id), { ...at, ...pageIn(asked) });
  }

  @Get('credits')
  @Takes('from', 'to', 'deposit', 'org', 'level', 'subject', 'feeItem', ...PAGES)
  @Action('money.read')
  credits(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['deposit', 'org', 'level', 'subject', 'feeItem']), ...daysIn(asked, 'on') };
    return this.reader.find(credits, where, { ...at, ...pageIn(asked), order: ['on'] });
  }
  @Get('credits/:id')
  @Action('money.read')
  credit(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, credits, idIn('id', id), at);
  }
  @Get('credits/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  creditWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(credits, idIn('id', id), { ...at, ...pageIn(asked) });
  }

  @Get('debits')
  @Takes('from', 'to', 'account', 'kind', ...PAGES)
  @Action('money.read')
  debits(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['account', 'kind']), ...daysIn(asked, 'on') };
    return this.reader.find(debits, where, { ...at, ...pageIn(asked), order: ['on'] });
  }
  @Get('debits/:id')
  @Action('money.read')
  debit(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, debits, idIn('id', id), at);
  }
  @Get('debits/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  debitWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(debits, idIn('id', id), { ...at, ...pageIn(asked) });
  }

  @Get('vouchers')
  @Takes('from', 'to', 'org', 'feeItem', 'side', ...PAGES)
  @Action('money.read')
  vouchers(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['org', 'feeItem', 'side']), ...daysIn(asked, 'on') };
    return this.reader.find(vouchers, where, { ...at, ...pageIn(asked), order: ['on'] });
  }
  @Get('vouchers/:id')
  @Action('money.read')
  voucher(@Param('id') id: string, @At() at: At) {
    return oneOf(this.reader, vouchers, idIn('id', id), at);
  }
  @Get('vouchers/:id/why')
  @Takes(...PAGES)
  @Action('money.read')
  voucherWhy(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(vouchers, idIn('id', id), { ...at, ...pageIn(asked) });
  }

  @Get('account-days')
  @Takes('from', 'to', 'account', 'org', 'open', ...PAGES)
  @Action('money.read')
  accountDays(@Query() asked: Asked, @At() at: At) {
    const where = { ...filtersIn(asked, ['account', 'org', 'open']), ...daysIn(asked, 'day') };
    return this.reader.find(accountDays, where, { ...at, ...pageIn(asked), order: ['day'] });
  }
  @Get('account-days/:account/:day')
  @Action('money.read')
  accountDay(@Param('account') account: string, @Param('day') day: string, @At() at: At) {
    return oneOf(this.reader, accountDays, accountDayIn(account, day), at);
  }
  @Get('account-days/:account/:day/why')
  @Takes(...PAGES)
  @Action('money.read')
  accountDayWhy(@Param('account') account: string, @Param('day') day: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(accountDays, accountDayIn(account, day), { ...at, ...pageIn(asked) });
  }
}
