/**
 * The provider of OpenID Connect (统一身份认证) that says who somebody is. The service starts without it; whoever needs
 * it waits a few seconds for each of its answers and no longer.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  type CustomFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client';

export type OidcSettings = Readonly<{
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** Scheme and host by which browsers reach this service. */
  publicUrl: string;
}>;

/** It cannot be reached, answers too late, or is not what the settings say. */
export class ProviderUnavailable extends Error {
  constructor(cause: unknown) {
    super('the provider of OpenID Connect cannot be used', { cause });
    this.name = 'ProviderUnavailable';
  }
}
/** It does not say who this is, or what it says cannot be believed. */
export class ProviderRefused extends Error {
  constructor(cause: unknown) {
    super('the provider of OpenID Connect does not say who this is', { cause });
    this.name = 'ProviderRefused';
  }
}

/** What is kept of a request until its answer comes. */
export type Checks = Readonly<{ state: string; nonce: string; verifier: string }>;
/** Whom it named. */
export type Shown = Readonly<{ issuer: string; subject: string; factors: readonly string[] }>;

export const CALLBACK = '/v1/oidc/callback';
/** For each answer of the provider. */
const DEADLINE_SECONDS = 5;
/** Where its endpoints are is asked for again after this; its keys are asked for at each sign-in. */
const KNOWN_MS = 600_000;

/**
 * What is meant by several factors: the provider says so, or names two of different kinds (RFC 8176). Text messages and
 * calls are no factor here: one of the two is of cryptographic make (GB/T 22239-2019 8.1.4.1).
 */
const KINDS = [
  ['pwd', 'pin', 'kba'],
  ['otp', 'hwk', 'swk', 'sc', 'pop'],
  ['fpt', 'face', 'iris', 'retina', 'vbm'],
];
export function factorsOf(amr: unknown): readonly string[] {
  const named: readonly unknown[] = Array.isArray(amr) ? amr : [];
  const kinds = KINDS.filter((kind) => kind.some((method) => named.includes(method)));
  return named.includes('mfa') || kinds.length > 1 ? ['oidc', 'mfa'] : ['oidc'];
}

/** Read to its end before the deadline. An answer that says that the provider is in trouble is none. */
const within: CustomFetch = async (url, options) => {
  try {
    const response = await fetch(url, options as RequestInit);
    const body = await response.arrayBuffer();
    if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`);
    const { status, headers } = response;
    return new Response(body.byteLength > 0 ? body : null, { status, headers });
  } catch (error) {
    throw new ProviderUnavailable(error);
  }
};

const IN_TROUBLE = new Set(['temporarily_unavailable', 'server_error']);
/** The library wraps what it does not know. */
function failureOf(error: unknown): ProviderUnavailable | ProviderRefused {
  if (error instanceof ProviderUnavailable) return error;
  const { cause } = error as { cause?: unknown };
  if (cause instanceof ProviderUnavailable) return cause;
  if (error instanceof AuthorizationResponseError && IN_TROUBLE.has(error.error)) return new ProviderUnavailable(error);
  return new ProviderRefused(error);
}

export class Provider {
  private known: { readonly metadata: Promise<ServerMetadata>; readonly at: number } | undefined;

  constructor(private readonly settings: OidcSettings) {}

  /** Plain HTTP only where the settings let it be: on this machine. */
  private get extensions() {
    return new URL(this.settings.issuer).protocol === 'http:' ? [allowInsecureRequests] : [];
  }
  /** Asked for once by all who wait for it; a failure is not kept. */
  private metadata(): Promise<ServerMetadata> {
    const now = performance.now();
    if (this.known && now - this.known.at < KNOWN_MS) return this.known.metadata;
    const options = { timeout: DEADLINE_SECONDS, execute: this.extensions, [customFetch]: within };
    const metadata = discovery(new URL(this.settings.issuer), this.settings.clientId, undefined, None(), options).then(
      (found) => found.serverMetadata(),
      (error: unknown) => {
        this.known = undefined;
        const failure = failureOf(error);
        throw failure instanceof ProviderUnavailable ? failure : new ProviderUnavailable(error);
      },
    );
    this.known = { metadata, at: now };
    return metadata;
  }
  /**
   * One for each sign-in, which fetches the provider's keys itself: a key that is new there counts at once, and one that
   * was withdrawn counts no longer.
   */
  private async configuration(): Promise<Configuration> {
    const { clientId, clientSecret } = this.settings;
    const metadata = await this.metadata();
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const secretly = methods.includes('client_secret_basic') ? ClientSecretBasic : ClientSecretPost;
    const authentication = clientSecret === undefined ? None() : secretly(clientSecret);
    const configuration = new Configuration(metadata, clientId, undefined, authentication);
    configuration.timeout = DEADLINE_SECONDS;
    configuration[customFetch] = within;
    // The signature counts although the token comes from the provider itself; `none` and shared secrets do not.
    for (const extend of [...this.extensions, enableNonRepudiationChecks]) extend(configuration);
    return configuration;
  }
  private get redirect(): string {
    return `${this.settings.publicUrl}${CALLBACK}`;
  }

  /** Where the browser goes to be asked. `anew`: also whoever is signed in there already. Throws {@link ProviderUnavailable}. */
  async ask({ state, nonce, verifier }: Checks, anew: boolean): Promise<string> {
    const parameters = {
      redirect_uri: this.redirect,
      scope: 'openid',
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(anew && { prompt: 'login' }),
    };
    return buildAuthorizationUrl(await this.configuration(), parameters).href;
  }

  /**
   * Exchanges what the browser brought back: `iss`, `aud`, `exp`, `nonce`, `alg` and the signature of the token are
   * checked. Throws {@link ProviderUnavailable}, {@link ProviderRefused}.
   */
  async answer(search: string, { state, nonce, verifier }: Checks): Promise<Shown> {
    const configuration = await this.configuration();
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    };
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(`${this.redirect}${search}`), checks);
      const { iss, sub, amr } = tokens.claims()!;
      return { issuer: iss, subject: sub, factors: factorsOf(amr) };
    } catch (error) {
      throw failureOf(error);
    }
  }
}
