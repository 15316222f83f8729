/** What can be told of a KurrentDB from outside: whether it is what a ledger may be kept in. */
import clusterServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import { clientUrl, type Kept } from './kurrentdb.client.js';
import { prefixOf } from './kurrentdb.follower.js';
import { shortens } from './kurrentdb.index.js';
import type { KurrentStore } from './kurrentdb.store.js';

export interface Seen {
  readonly version: string;
  /** States of the nodes that are alive, as the cluster names them; `nodes`: those that it knows of. */
  readonly alive: readonly string[];
  readonly nodes: number;
  readonly tls: boolean;
  /** The client reaches a server of this machine. */
  readonly home: boolean;
  /** Who may read everything that is written: roles and users; null where the server's own default holds. */
  readonly readsAll: readonly string[] | null;
  /** Streams of this ledger of which something may be taken away, or was. */
  readonly shortened: readonly string[];
}
const STATES = [
  'Initializing',
  'DiscoverLeader',
  'Unknown',
  'PreReplica',
  'CatchingUp',
  'Clone',
  'Follower',
  'PreLeader',
  'Leader',
  'Manager',
  'ShuttingDown',
  'Shutdown',
  'ReadOnlyLeaderless',
  'PreReadOnlyReplica',
  'ReadOnlyReplica',
  'ResigningLeader',
];

const members = (store: KurrentStore) =>
  store.connection.reading((): Promise<ClusterInfo> =>
    store.connection.inside.execute(
      clusterServices.GossipClient as never,
      'gossip',
      (client: never) =>
        new Promise((resolve, reject) => {
          const { inside, deadlines } = store.connection;
          const [metadata, options] = inside.callArguments({}, { deadline: Date.now() + deadlines.attempt });
          const asked = client as unknown as {
            read(...args: [object, object, object, (error: Error | null, told: ClusterInfo) => void]): void;
          };
          asked.read(new shared.Empty(), metadata, options, (error, told) => (error ? reject(error) : resolve(told)));
        }),
    ),
  );

/** Where the node is that leads: of one node by itself, the address that reaches it. */
export async function leaderOf(store: KurrentStore, url: string): Promise<{ host: string; port: number }> {
  const list = (await members(store)).getMembersList();
  const end = list.find((member) => STATES[member.getState()] === 'Leader')?.getHttpEndPoint();
  const [, host = '127.0.0.1', port = '2113'] = /^[a-z+]+:\/\/(?:[^@/]*@)?([^:/?,]+)(?::(\d+))?/.exec(url) ?? [];
  return list.length > 1 && end ? { host: end.getAddress(), port: end.getPort() } : { host, port: Number(port) };
}

/** Every metadata of our streams from the beginning, whatever was noted: what was said last of each counts. */
async function metadataOf({ connection }: KurrentStore, ledger: string): Promise<readonly Kept[]> {
  const said = await connection.readOf([`$$${prefixOf(ledger)}`], null);
  return [...new Map(said.map((kept) => [kept.stream, kept])).values()];
}

const HOME = /^[a-z+]+:\/\/(?:[^@/]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/?]/;

/** `deep`: also metadata that were written before this ledger was first indexed. Throws Unavailable. */
export async function look(store: KurrentStore, url: string, ledger: string, deep: boolean): Promise<Seen> {
  const { connection, index } = store;
  await store.head(); // what is there by now is noted by now
  const { serverVersion } = await connection.reading(() => connection.inside.capabilities);
  const info = (await members(store)).getMembersList();
  const { metadata } = await connection.reading(() => connection.client.getStreamMetadata('$all'));
  const acl = (metadata as { acl?: { readRoles?: string | string[] } } | undefined)?.acl?.readRoles;
  const noted = (await index.shortened()).map(({ stream }) => stream);
  const said = deep ? (await metadataOf(store, ledger)).filter(({ bytes }) => shortens(bytes.toString('utf8'))) : [];
  const inAll = said.map(({ stream }) => stream.slice(2 + prefixOf(ledger).length));
  return {
    version: serverVersion,
    nodes: info.length,
    alive: info.filter((member) => member.getIsAlive()).map((member) => STATES[member.getState()] ?? 'Unknown'),
    tls: !/[?&]tls=false\b/i.test(clientUrl(url)),
    home: HOME.test(clientUrl(url)),
    readsAll: acl === undefined ? null : [acl].flat(),
    shortened: [...new Set([...noted, ...inAll])].toSorted(),
  };
}
