/** One embedded PostgreSQL for the whole run; its workers learn where it is from the environment. */
import { join } from 'node:path';
import './typescript-register.mjs';

const { PROJECT_ROOT, readConfig } = await import('../../src/config.ts');
const { joinServer } = await import('../../src/postgres/server.ts');
const { dropLeftovers } = await import('./leftovers.ts');

export default async function setUp() {
  const config = { ...readConfig({}, {}), data: join(PROJECT_ROOT, '.mingzhang', 'test') };
  const server = await joinServer(config, () => undefined);
  // So that the server is left when the run is interrupted, too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  await dropLeftovers(server);
  process.env.TEST_POSTGRES = JSON.stringify({
    version: server.version,
    serviceRole: server.serviceRole,
    adminUrl: server.adminUrl('DATABASE'),
    serviceUrl: server.serviceUrl('DATABASE'),
    run: process.pid,
  });
  globalThis.leaveTestServer = async () => {
    await dropLeftovers(server, (run) => run === process.pid);
    await server.leave();
  };
}
