/** How bytes get here: certificate and key, whom to believe about the client, and where it is safe to listen. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import type { Config } from '../config.js';
import { openToOthers } from '../files.js';
import { Advice } from '../postgres/advice.js';
import { Problem } from './problems.js';

export interface Transport {
  /** PEM. Undefined: plain HTTP. */
  readonly tls: Readonly<{ cert: string; key: string }> | undefined;
  /** Addresses and networks, as the settings have them. */
  readonly trustedProxies: readonly string[];
}
export const PLAIN: Transport = { tls: undefined, trustedProxies: [] };

const DAY_MS = 86_400_000;
/** In time to have another one issued. */
export const EXPIRES_SOON_DAYS = 30;

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}
const LOOPBACK = listOf(['127.0.0.0/8', '::1']);
const among = (list: BlockList, address: string) => isIP(address) !== 0 && list.check(address, familyOf(address));

/** Whether only this machine can reach what listens there. A name other than `localhost` may mean anything. */
export const isLoopback = (host: string): boolean => host === 'localhost' || among(LOOPBACK, host);

function read(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new Advice(
      `${variable} 指定的文件无法读取（${code}）：${path}。请检查路径与权限后重试。`,
      `The file of ${variable} cannot be read (${code}): ${path}. See to its path and permissions and try again.`,
      { cause: error },
    );
  }
}

function keyIn(path: string): { pem: string; key: KeyObject } {
  const pem = read('TLS_KEY', path);
  if (openToOthers(path))
    throw new Advice(
      `他人可读 TLS_KEY 指定的私钥，请运行 chmod 600 ${path} 后重试。`,
      `Others can read the key of TLS_KEY: run chmod 600 ${path} and try again.`,
    );
  try {
    return { pem, key: createPrivateKey(pem) };
  } catch (error) {
    throw new Advice(
      `TLS_KEY 指定的文件不是可用的私钥：${path}。应为未加口令的 PEM 私钥。`,
      `The file of TLS_KEY holds no key that can be used: ${path}. It is a private key in PEM without a passphrase.`,
      { cause: error },
    );
  }
}

/** The first certificate of the file is the service's own; the others lead up to its authority. */
export function certificateIn(path: string): { pem: string; certificate: X509Certificate; endsAt: number } {
  const pem = read('TLS_CERT', path);
  try {
    const certificate = new X509Certificate(pem);
    return { pem, certificate, endsAt: Date.parse(certificate.validTo) };
  } catch (error) {
    throw new Advice(
      `TLS_CERT 指定的文件不是证书：${path}。应为 PEM，自身证书在前，其后为上级证书。`,
      `The file of TLS_CERT holds no certificate: ${path}. It is PEM, its own first, those above it behind.`,
      { cause: error },
    );
  }
}

/** Certificate and key, looked over. Throws {@link Advice}. */
function pairOf(tls: NonNullable<Config['tls']>, now: number): NonNullable<Transport['tls']> {
  const { pem: cert, certificate, endsAt } = certificateIn(tls.cert);
  const { pem, key } = keyIn(tls.key);
  if (!certificate.checkPrivateKey(key))
    throw new Advice(
      `证书与私钥不是一对：${tls.cert}、${tls.key}。请设置同一次签发的 TLS_CERT 与 TLS_KEY。`,
      `Certificate and key do not belong together: ${tls.cert}, ${tls.key}. Name the two that were issued for one another.`,
    );
  if (endsAt <= now)
    throw new Advice(
      `证书已于 ${certificate.validTo} 过期：${tls.cert}。请更换证书后重试。`,
      `The certificate expired on ${certificate.validTo}: ${tls.cert}. Put a new one in its place and try again.`,
    );
  if (Date.parse(certificate.validFrom) > now + DAY_MS)
    throw new Advice(
      `证书自 ${certificate.validFrom} 才生效：${tls.cert}。请检查系统时钟，或更换证书。`,
      `The certificate is valid from ${certificate.validFrom} only: ${tls.cert}. Check the clock, or take another one.`,
    );
  return { cert, key: pem };
}

/**
 * What the settings say of it, checked. Throws {@link Advice}: nothing that others can reach is served in the clear,
 * unless a proxy is named that takes care of it.
 */
export function transportOf({ host, tls, trustedProxies }: Config, now = Date.now()): Transport {
  if (!isLoopback(host) && tls === undefined && trustedProxies.length === 0)
    throw new Advice(
      `HOST=${host} 会让其他机器以明文访问本服务，因此没有启动。请用 TLS_CERT 和 TLS_KEY 指定证书与私钥；` +
        `或在 TRUSTED_PROXIES 中写明负责 https 的代理的地址；只在本机使用则不要设置 HOST。`,
      `HOST=${host} would let other machines reach this service in the clear, so it was not started. Name a certificate ` +
        `and its key in TLS_CERT and TLS_KEY; or, in TRUSTED_PROXIES, the address of the proxy that serves https; or ` +
        `leave HOST out to be reached from this machine only.`,
    );
  return { tls: tls && pairOf(tls, now), trustedProxies };
}

/** Options of Fastify: who serves, and whose word about the client is believed. */
export const serverOptions = ({ tls, trustedProxies }: Transport) => ({
  ...(tls && { https: { ...tls, minVersion: 'TLSv1.2' as const } }),
  ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
});

/** Whether the way from the client to here, or to a proxy that was named, is encrypted. */
export const isSecure = (request: Pick<FastifyRequest, 'protocol'>): boolean => request.protocol === 'https';

/** In the clear, only this machine and the named proxies are served: nobody goes around the proxy. */
export function isServed({ tls, trustedProxies }: Transport): (peer: string) => boolean {
  if (tls) return () => true;
  const proxies = listOf(trustedProxies);
  return (peer) => among(LOOPBACK, peer) || among(proxies, peer);
}
export function keepToProxies(fastify: FastifyInstance, transport: Transport): void {
  const served = isServed(transport);
  fastify.addHook('onRequest', (request, _reply, done) =>
    done(served(request.raw.socket.remoteAddress ?? '') ? undefined : new Problem('not-private')),
  );
}
