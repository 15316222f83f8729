/** RFC 9457 problems: one table of codes. */
import { type Text } from '../kernel/decider.js';
import { MAX_APPEND_BYTES } from '../ledger/event-store.js';

interface Kind {
  readonly status: number;
  readonly title: Text;
  /** What to do about it. */
  readonly detail: Text;
  /** Seconds after which the same request may be sent again. */
  readonly retryAfter?: number;
}

/** Stable codes. A code is never given another meaning; `type` of a problem is `urn:mingzhang:problem:<code>`. */
export const PROBLEMS = {
  'not-sealed': {
    status: 404,
    title: { zh: '账本尚未封存', en: 'the log is not sealed yet' },
    detail: { zh: '请先运行 mingzhang keys create 并等待片刻', en: 'run mingzhang keys create, and wait a moment' },
  },
  'not-json': {
    status: 400,
    title: { zh: '请求正文不是合法的 JSON', en: 'the body is not JSON' },
    detail: { zh: '请按 errors 所指位置改正', en: 'correct it where errors points' },
  },
  'not-utf8': {
    status: 400,
    title: { zh: '请求正文不是合法的 UTF-8', en: 'the body is not UTF-8' },
    detail: { zh: '请以 UTF-8 编码重新发送', en: 'send it again encoded as UTF-8' },
  },
  'body-unusable': {
    status: 400,
    title: { zh: '请求内容不符合要求', en: 'the body is not what is asked for' },
    detail: { zh: '请改正 errors 所列的各项', en: 'correct what errors lists' },
  },
  'parameter-unusable': {
    status: 400,
    title: { zh: '路径或查询参数不符合要求', en: 'a part of the address is not what is asked for' },
    detail: { zh: '请改正 errors 所列的参数', en: 'correct the parameters that errors lists' },
  },
  'request-unreadable': {
    status: 400,
    title: { zh: '请求无法读取', en: 'the request cannot be read' },
    detail: { zh: '请检查请求行与请求头', en: 'check the request line and headers' },
  },
  'idempotency-key-missing': {
    status: 400,
    title: { zh: '缺少 Idempotency-Key 请求头', en: 'the header Idempotency-Key is missing' },
    detail: {
      zh: '每个新请求用一个新的值；重发同一请求时用同一个值',
      en: 'give every new request a value of its own, and the same one when the request is sent again',
    },
  },
  'idempotency-key-unusable': {
    status: 400,
    title: { zh: 'Idempotency-Key 不可用', en: 'the Idempotency-Key cannot be used' },
    detail: {
      zh: '至多 255 字节的 UTF-8 可见字符',
      en: 'at most 255 bytes of visible UTF-8 characters',
    },
  },
  'if-match-unusable': {
    status: 400,
    title: { zh: 'If-Match 不可用', en: 'the If-Match header cannot be used' },
    detail: { zh: '应为带引号的版次，如 "3"', en: 'it is a revision in quotes, such as "3"' },
  },
  'purpose-missing': {
    status: 400,
    title: { zh: '未说明查阅事由', en: 'the purpose is missing' },
    detail: {
      zh: '请在 X-Purpose 请求头（UTF-8 百分号编码）或 purpose 参数中说明事由；查阅将记录在案',
      en: 'say what for in the header X-Purpose (UTF-8, percent-encoded) or the parameter purpose; the look is recorded',
    },
  },
  'not-authenticated': {
    status: 401,
    title: { zh: '未登录或会话已结束', en: 'not signed in, or the session has ended' },
    detail: {
      zh: '请先登录（POST /v1/session）；程序请在 Authorization 请求头中给出密钥',
      en: 'sign in (POST /v1/session); programs give their key in the header Authorization: Bearer …',
    },
  },
  'sign-in-failed': {
    status: 401,
    title: { zh: '登录失败', en: 'the sign-in failed' },
    detail: {
      zh: '账号、密码或验证码不正确，或账号已注销；请核对后重试，或请系统管理员重新登记',
      en: 'login, password or code is wrong, or the account is closed; try again, or ask the system administrator to renew the enrolment',
    },
  },
  'enrolment-unusable': {
    status: 400,
    title: { zh: '登记码不可用', en: 'the enrolment code cannot be used' },
    detail: {
      zh: '登记码有误、已用过或已过期；请系统管理员重新登记',
      en: 'it is wrong, was used or has ended; ask the system administrator for another',
    },
  },
  'second-factor-needed': {
    status: 403,
    title: { zh: '须先启用并通过第二因素', en: 'a second factor is needed' },
    detail: {
      zh: '已启用验证码的，请以 POST /v1/session/code 出示；角色可见个人信息而尚未启用的，请在“我的账号”页（或以 POST /v1/session/factors）启用，再重新登录',
      en: 'show it with POST /v1/session/code; where there is none and your role sees personal data, set one up on the page “my account” (or with POST /v1/session/factors) and sign in again',
    },
  },
  'signing-needs-code': {
    status: 403,
    title: { zh: '签署须重新出示第二因素', en: 'signing takes a second factor that was shown just now' },
    detail: {
      zh: '请以 POST /v1/session/code 出示验证码，并在十分钟内签署',
      en: 'show a code with POST /v1/session/code, and sign within ten minutes',
    },
  },
  'oidc-request-unusable': {
    status: 400,
    title: { zh: '此次统一身份认证登录不可用', en: 'this sign-in by OpenID Connect cannot be used' },
    detail: {
      zh: '已用过、已过期，或不是由此浏览器发起；请重新登录（GET /v1/oidc/start）',
      en: 'it was used, has ended, or was not begun in this browser; begin again (GET /v1/oidc/start)',
    },
  },
  'oidc-refused': {
    status: 401,
    title: { zh: '统一身份认证未能确认身份', en: 'the provider of OpenID Connect did not say who you are' },
    detail: {
      zh: '请重新登录（GET /v1/oidc/start）；仍不成功请联系运维人员',
      en: 'sign in again (GET /v1/oidc/start); if that does not help, tell the operator',
    },
  },
  'not-invited': {
    status: 403,
    title: { zh: '此身份未受邀请', en: 'not invited' },
    detail: {
      zh: '此身份未关联任何账号；请系统管理员开立账号并给出登记码',
      en: 'no account is linked with you: ask the system administrator for one, and for its enrolment code',
    },
  },
  'csrf-token-missing': {
    status: 403,
    title: { zh: '请求缺少防伪令牌', en: 'the request lacks its CSRF token' },
    detail: {
      zh: '以 Cookie 登录时，变更请求须带 X-CSRF-Token（登录时给出）',
      en: 'with a cookie, what changes something carries X-CSRF-Token, as given at sign-in',
    },
  },
  'login-taken': {
    status: 409,
    title: { zh: '登录名已被使用', en: 'the login is taken' },
    detail: { zh: '请换一个登录名', en: 'choose another' },
  },
  'subject-linked': {
    status: 409,
    title: { zh: '账号或身份已有关联', en: 'the account or the subject is linked already' },
    detail: {
      zh: '一个账号在同一统一身份认证中只关联一个身份；要更换请系统管理员重新登记',
      en: 'an account has one subject with a provider; for another one, ask the system administrator to renew the enrolment',
    },
  },
  'not-permitted': {
    status: 403,
    title: { zh: '没有此项权限', en: 'not permitted' },
    detail: { zh: '此操作不在您的职责范围内', en: 'this is not among what your roles may do' },
  },
  'not-private': {
    status: 403,
    title: { zh: '连接未加密', en: 'the connection is not encrypted' },
    detail: { zh: '请经由本服务的 https 地址访问', en: 'come by the https address of this service' },
  },
  'not-found': {
    status: 404,
    title: { zh: '未找到', en: 'not found' },
    detail: { zh: '账本中没有这一对象', en: 'the ledger knows no such thing' },
  },
  'no-such-route': {
    status: 404,
    title: { zh: '没有这一地址', en: 'no such address' },
    detail: { zh: '可用的地址见 /openapi.json', en: 'the addresses there are stand in /openapi.json' },
  },
  'oidc-not-configured': {
    status: 404,
    title: { zh: '未启用统一身份认证', en: 'there is no sign-in by OpenID Connect here' },
    detail: {
      zh: '请以密码登录（POST /v1/session）；启用须设置 OIDC_ISSUER、OIDC_CLIENT_ID 和 PUBLIC_URL',
      en: 'sign in with a password (POST /v1/session); OIDC_ISSUER, OIDC_CLIENT_ID and PUBLIC_URL turn it on',
    },
  },
  'method-not-allowed': {
    status: 405,
    title: { zh: '此地址不支持该方法', en: 'this address does not take that method' },
    detail: { zh: '可用的方法见 Allow 响应头', en: 'the header Allow names those it takes' },
  },
  'request-timeout': {
    status: 408,
    title: { zh: '请求未及时发送完毕', en: 'the request did not arrive in time' },
    detail: { zh: '请重新发送', en: 'send it again' },
  },
  refused: {
    status: 409,
    title: { zh: '不能办理', en: 'refused' },
    detail: {
      zh: 'broken 列出了全部未满足的条件、依据和在先的事件',
      en: 'broken lists every condition that is not met, its legal basis and the events in the way',
    },
  },
  'person-erased': {
    status: 409,
    title: { zh: '此人的个人信息已按规定删除', en: 'the personal data of this person has been erased' },
    detail: { zh: '其密钥已销毁，不能再记录个人信息', en: 'the key is destroyed: nothing personal can be recorded' },
  },
  'stale-revision': {
    status: 412,
    title: { zh: '对象已有新的变更', en: 'the thing has changed since' },
    detail: { zh: '请重新读取后再决定', en: 'read it again and decide anew' },
  },
  'body-too-large': {
    status: 413,
    title: { zh: '请求正文过大', en: 'the body is too large' },
    detail: { zh: '上限为 1 MiB', en: 'at most 1 MiB' },
  },
  'append-too-large': {
    status: 413,
    title: { zh: '一次记录的内容过大', en: 'too much for one record' },
    detail: {
      zh: `上限为 ${MAX_APPEND_BYTES} 字节；大文件请登记摘要`,
      en: `at most ${MAX_APPEND_BYTES} bytes; register large documents by digest`,
    },
  },
  'address-too-long': {
    status: 414,
    title: { zh: '地址过长', en: 'the address is too long' },
    detail: { zh: '请缩短地址', en: 'shorten it' },
  },
  'media-type-unsupported': {
    status: 415,
    title: { zh: '不支持的内容类型', en: 'unsupported media type' },
    detail: { zh: '请用 application/json', en: 'send application/json' },
  },
  'key-reused': {
    status: 422,
    title: { zh: '此 Idempotency-Key 已用于另一请求', en: 'this Idempotency-Key was used for another request' },
    detail: { zh: '新的请求请用新的值', en: 'a new request takes a new value' },
  },
  'too-many-requests': {
    status: 429,
    title: { zh: '请求过于频繁', en: 'too many requests' },
    detail: { zh: '请等候 Retry-After 所示的秒数后再试', en: 'wait for as many seconds as Retry-After says' },
  },
  'headers-too-large': {
    status: 431,
    title: { zh: '请求头过大', en: 'the headers are too large' },
    detail: { zh: '请缩短请求头', en: 'shorten them' },
  },
  internal: {
    status: 500,
    title: { zh: '系统内部错误', en: 'internal error' },
    detail: { zh: '请凭 instance 中的请求号联系管理员', en: 'tell the operator the request id in instance' },
  },
  contention: {
    status: 503,
    title: { zh: '同一对象正被频繁变更', en: 'others keep changing what this is decided on' },
    detail: { zh: '未记录任何内容；请用同一请求重试', en: 'nothing was recorded; send the same request again' },
    retryAfter: 1,
  },
  'not-visible-yet': {
    status: 503,
    title: { zh: '读取所需的内容尚未就绪', en: 'what this read needs is not visible yet' },
    detail: { zh: '请稍后重试', en: 'ask again shortly' },
    retryAfter: 1,
  },
  'look-not-recorded': {
    status: 503,
    title: { zh: '查阅未能记录，不予显示', en: 'the look could not be recorded, so nothing is shown' },
    detail: { zh: '请稍后重试', en: 'ask again shortly' },
    retryAfter: 2,
  },
  'clock-behind': {
    status: 503,
    title: { zh: '系统时钟落后于账本，已停止记录', en: 'the clock is behind the ledger: writing has stopped' },
    detail: {
      zh: '请管理员校准时钟；确认时钟无误后运行 mingzhang doctor --accept-clock',
      en: 'set the clock right, or, when it is right, run mingzhang doctor --accept-clock',
    },
    retryAfter: 30,
  },
  'provider-unavailable': {
    status: 503,
    title: { zh: '统一身份认证暂时不可用', en: 'the provider of OpenID Connect cannot be used' },
    detail: { zh: '请稍后重新登录，或以密码登录', en: 'sign in again later, or with a password' },
    retryAfter: 30,
  },
  unavailable: {
    status: 503,
    title: { zh: '账本暂时不可用', en: 'the ledger cannot be reached' },
    detail: {
      zh: '结果可能尚不确定；请用同一 Idempotency-Key 重试',
      en: 'the outcome may not be known; send it again with the same Idempotency-Key',
    },
    retryAfter: 2,
  },
} as const satisfies Record<string, Kind>;
export type ProblemCode = keyof typeof PROBLEMS;

/** A field of the body by JSON Pointer, or a part of the address by its name. */
export type Fault = Readonly<
  ({ pointer: string } | { in: 'path' | 'query' | 'header'; name: string }) & { code?: string; detail: Text }
>;

interface More {
  readonly detail?: Text;
  readonly errors?: readonly Fault[];
  /** Members of this code only, such as `action` or `currentRevision`. */
  readonly members?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The only error that the HTTP shell throws by itself. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly more: More = {},
  ) {
    super(code);
    this.name = 'Problem';
  }
  static ofParameter(name: string, zh: string, en: string, where: 'path' | 'query' | 'header' = 'query'): Problem {
    return new Problem('parameter-unusable', { errors: [{ in: where, name, detail: { zh, en } }] });
  }
  static tooMany(seconds: number): Problem {
    return new Problem('too-many-requests', { headers: { 'retry-after': String(Math.ceil(seconds)) } });
  }
}

/** Chinese unless English is preferred (RFC 9110 §12.5.4). */
export function languageOf(header: string | undefined): 'zh' | 'en' {
  let best: { language: 'zh' | 'en'; weight: number } = { language: 'zh', weight: 0 };
  for (const part of (header ?? '').split(',', 20)) {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.map((p) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(p)?.[1]).find((q) => q !== undefined);
    const weight = Number(quality ?? 1);
    const language = /^zh(-|$)/.test(range) ? 'zh' : /^en(-|$)/.test(range) ? 'en' : null;
    if (language && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

/**
 * The body of a problem. `title` and `detail` are in the language asked for; `zh` and `en` always carry both.
 * `instance` is the id of the request.
 */
export function problemBody(problem: Problem, language: 'zh' | 'en', requestId: string): object {
  const kind: Kind = PROBLEMS[problem.code];
  const { detail = kind.detail, errors, members } = problem.more;
  return {
    type: `urn:mingzhang:problem:${problem.code}`,
    status: kind.status,
    code: problem.code,
    title: kind.title[language],
    detail: detail[language],
    zh: { title: kind.title.zh, detail: detail.zh },
    en: { title: kind.title.en, detail: detail.en },
    instance: `urn:uuid:${requestId}`,
    ...(errors && { errors }),
    ...members,
  };
}
