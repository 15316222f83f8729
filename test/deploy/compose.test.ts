/** What is deployed: the topology as it is written, the certificates that the script makes, and what Docker says of it. */
import { X509Certificate } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.js';

interface Service {
  readonly restart?: string;
  readonly healthcheck?: object;
  readonly environment?: Record<string, string>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly ports?: readonly string[];
}
interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, object>;
  readonly networks: Record<string, { internal?: boolean }>;
}
const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;
const passwords = readFileSync('deploy/example.env', 'utf8').match(/^\w+(?==$)/gm)!;
const nodes = ['node1', 'node2', 'node3'];

test('three nodes that restart whatever happens, each with a disk and a certificate of its own, that know the others', () => {
  for (const name of nodes) {
    const node = compose.services[name]!;
    expect([node.restart, typeof node.healthcheck]).toEqual(['always', 'object']);
    expect(node.volumes).toContain(`./deploy/certs/${name}:/certs/node:ro`);
    expect(node.volumes!.some((volume) => volume.startsWith(`${name}:`))).toBe(true);
    expect(compose.volumes).toHaveProperty(name);
    const others = nodes.filter((other) => other !== name).map((other) => `${other}:2113`);
    expect(node.environment).toMatchObject({ EVENTSTORE_CLUSTER_SIZE: '3', EVENTSTORE_GOSSIP_SEED: others.join() });
    expect(Object.keys(node.environment!)).not.toContain('EVENTSTORE_INSECURE');
  }
  expect(compose.networks['inside']).toEqual({ internal: true });
});
test('two instances of the service on the same ledger, once its users are there; nothing but them is reached from outside', () => {
  const [one, two] = [compose.services['service1']!, compose.services['service2']!];
  expect(one.environment).toEqual(two.environment);
  expect(one.restart).toBe('always');
  expect(one.depends_on!['event-store-users']!.condition).toBe('service_completed_successfully');
  expect(one.environment!['EVENTSTORE_URL']).toMatch(/^esdb:.*node1:2113,node2:2113,node3:2113\?tlsCAFile=/);
  const open = Object.entries(compose.services).filter(([, { ports }]) => ports);
  expect(open.map(([name]) => name)).toEqual(['service1', 'service2']);
});
test('the service takes what it is told there, and where it is told wrong it says so', () => {
  const told = compose.services['service1']!.environment!;
  const env = Object.fromEntries(
    Object.entries(told).map(([name, value]) => [name, String(value).replace(/\$\{\w+:\?[^}]*\}/g, 'secret1')]),
  );
  const nodes_ = 'mingzhang:secret1@node1:2113,node2:2113,node3:2113?tlsCAFile=/certs/ca/ca.crt';
  expect(readConfig({}, env).eventStoreUrl).toBe(`esdb://${nodes_}`);
  expect(readConfig({}, { ...env, EVENTSTORE_URL: `kurrentdb://${nodes_}` }).eventStoreUrl).toBe(
    `kurrentdb://${nodes_}`,
  );
  for (const wrong of [`http://${nodes_}`, 'esdb://node1:x,node2:2113', 'node1:2113,node2:2113'])
    expect(() => readConfig({}, { ...env, EVENTSTORE_URL: wrong })).toThrow('EVENTSTORE_URL is not an address');
});
test('every password is one that has to be given, and the example names them all', () => {
  const asked = readFileSync('docker-compose.yml', 'utf8').match(/\w+(?=:\?)/g)!;
  expect([...new Set(asked)].toSorted()).toEqual(passwords.toSorted());
});

test('the script makes an authority and certificates that the nodes take: its names, both uses, keys for their user alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-certs-'));
  try {
    const run = () => spawnSync('sh', ['deploy/certificates.sh', folder, 'node1', 'service1'], { encoding: 'utf8' });
    expect(run()).toMatchObject({ status: 0 });
    const read = (...path: string[]) => new X509Certificate(readFileSync(join(folder, ...path)));
    const authority = read('ca', 'ca.crt');
    expect(authority.ca).toBe(true);
    const before = read('node1', 'node.crt');
    expect(before.verify(authority.publicKey) && before.checkIssued(authority)).toBe(true);
    expect(before.subject).toBe('CN=eventstoredb-node');
    expect(before.subjectAltName).toBe('DNS:node1, DNS:localhost, IP Address:127.0.0.1');
    expect(before.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    for (const key of ['ca/ca.key', 'node1/node.key']) expect(statSync(join(folder, key)).mode & 0o077).toBe(0);
    expect(run().status).toBe(0);
    expect(read('node1', 'node.crt').fingerprint256).toBe(before.fingerprint256);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const docker = spawnSync('docker', ['compose', 'version']).status === 0;
(docker ? test : test.skip)('docker compose config takes it (docker compose is on this machine)', () => {
  const env = { ...process.env, ...Object.fromEntries(passwords.map((name) => [name, 'x'])) };
  const told = spawnSync('docker', ['compose', 'config', '--quiet'], { env, encoding: 'utf8' });
  expect(told).toMatchObject({ status: 0, stderr: '' });
});
