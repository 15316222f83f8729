/** Which problem each error of the ledger, of the framework and of Node becomes. */
import { NotCanonical } from '../../projections/kernel/canonical.js';
import { Refusal } from '../kernel/decider.js';
import { Contention, KeyReused, StaleRevision } from '../ledger/commands.js';
import { AppendTooLarge, ClockBehind, QueueFull, Unavailable } from '../ledger/event-store.js';
import { KeyGone } from '../ledger/vault.js';
import { Lagging, NoHistory } from '../read/rows.js';
import { Unreadable } from '../read/select.js';
import { Problem, type ProblemCode } from './problems.js';

const unrecordable = (error: NotCanonical) =>
  new Problem('body-unusable', {
    errors: [
      {
        pointer: error.path.replace(/^\/(2|data)(?=\/|$)/, ''),
        code: 'not-recordable',
        detail: { zh: '含有账本不能保存的字符或数值', en: `the log cannot hold it: ${error.reason}` },
      },
    ],
  });

/** By `code` of Fastify and Node, or by the status of what Nest throws. */
const FOREIGN: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'not-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'not-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request-unreadable',
  FST_ERR_BAD_URL: 'request-unreadable',
  FST_ERR_MAX_PARAM_LENGTH: 'address-too-long',
  400: 'request-unreadable',
  401: 'not-authenticated',
  403: 'not-permitted',
  404: 'no-such-route',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'body-too-large',
  414: 'address-too-long',
  415: 'media-type-unsupported',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'unavailable',
};

/** The problem that an error is. Whatever is not foreseen is `internal`, and says nothing of its inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return new Problem('refused');
  if (error instanceof StaleRevision)
    return new Problem('stale-revision', {
      members: { expectedRevision: error.expected, currentRevision: error.actual },
      headers: { etag: `"${error.actual}"` },
    });
  if (error instanceof KeyReused) return new Problem('key-reused');
  if (error instanceof Contention) return new Problem('contention');
  if (error instanceof NotCanonical) return unrecordable(error);
  if (error instanceof AppendTooLarge) return new Problem('append-too-large', { members: { bytes: error.bytes } });
  if (error instanceof ClockBehind)
    return new Problem('clock-behind', { members: { clock: error.now, ledgerTime: error.ledgerTime } });
  if (error instanceof Unavailable || error instanceof QueueFull) return new Problem('unavailable');
  if (error instanceof Unreadable) return Problem.ofParameter(error.parameter, '不能这样查询', error.reason);
  if (error instanceof NoHistory)
    return Problem.ofParameter('asOf', `账本尚未到达该时刻（现到 ${error.head}）`, error.message);
  if (error instanceof Lagging) return new Problem('not-visible-yet', { members: { index: String(error.index) } });
  if (error instanceof KeyGone) return new Problem('person-erased');
  const { code, statusCode, status } = error as { code?: unknown; statusCode?: unknown; status?: unknown };
  for (const name of [code, statusCode, status])
    if (Object.hasOwn(FOREIGN, String(name))) return new Problem(FOREIGN[String(name)]!);
  return new Problem('internal');
}
