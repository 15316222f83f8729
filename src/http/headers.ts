/** What browsers are told: load nothing, keep nothing, tell nobody, and be framed by nobody. */
import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isSecure } from './transport.js';

const NOTHING = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};
/**
 * The page that shows the interface, and it alone: scripts, styles and the description from here. Styles may stand in
 * the page, for Swagger UI has them there and sets more as it runs; scripts may not.
 */
const PAGE = {
  ...NOTHING,
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
};
const PAGE_PATH = /^\/docs(?=[/?-]|$)/;
/** Where a request cannot be read, so that nothing is known of it. */
export const BARE = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
/** Nothing of a browser's powers is needed here. */
const POWERS = ['camera', 'display-capture', 'fullscreen', 'geolocation', 'microphone', 'payment', 'usb'];
const YEAR_SECONDS = 31_536_000;

/** On every answer, also on those that say that something is wrong. */
export async function setHeaders(nest: NestFastifyApplication): Promise<void> {
  await nest.register(helmet, {
    global: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  nest
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request, reply) => {
      const page = PAGE_PATH.test(request.url);
      await reply.helmet({
        contentSecurityPolicy: { useDefaults: false, directives: page ? PAGE : NOTHING },
        strictTransportSecurity: isSecure(request) && { maxAge: YEAR_SECONDS, includeSubDomains: false },
      });
      void reply.header('permissions-policy', POWERS.map((power) => `${power}=()`).join(', '));
      if (!page) void reply.header('cache-control', 'no-store');
    });
}
