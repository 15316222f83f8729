/** What the doctor says of a log in KurrentDB. */
import type { Finding } from './doctor.js';
import { look, type Seen } from './ledger/kurrentdb.doctor.js';
import type { KurrentStore } from './ledger/kurrentdb.store.js';

/** What was measured; older ones answer other errors, and newer ones may. */
const OLDEST = [23, 10];
const old = (version: string) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0]! || (major === OLDEST[0] && minor < OLDEST[1]!);
};

function clusterOf({ nodes, alive }: Seen): Finding {
  const leaders = alive.filter((state) => state === 'Leader').length;
  const behind = alive.filter((state) => !['Leader', 'Follower', 'ReadOnlyReplica'].includes(state));
  const whole = leaders === 1 && alive.length === nodes && behind.length === 0;
  const quorum = leaders === 1 && alive.length * 2 > nodes;
  const states = `${alive.length}/${nodes}: ${alive.join(', ')}`;
  return {
    what: 'cluster',
    ok: whole,
    ...(quorum && { warning: true as const }),
    zh: whole
      ? `集群节点 ${states}`
      : quorum
        ? `集群缺少节点或有节点尚在追赶（${states}）：再失去一个就会停止写入`
        : `集群没有多数节点或没有主节点（${states}）：不能写入`,
    en: whole
      ? `nodes of the cluster ${states}`
      : quorum
        ? `a node of the cluster is missing or catching up (${states}): one more lost, and writing stops`
        : `the cluster has no majority or no leader (${states}): nothing can be written`,
  };
}

export function findingsOf(seen: Seen): readonly Finding[] {
  const { version, nodes, tls, home, readsAll, shortened } = seen;
  const everyone = readsAll?.some((who) => who === '$all') ?? false;
  return [
    old(version)
      ? {
          what: 'event-store',
          ok: false,
          zh: `事件库版本 ${version} 过旧，至少需要 ${OLDEST.join('.')}`,
          en: `the event store is version ${version}: ${OLDEST.join('.')} or later is needed`,
        }
      : { what: 'event-store', ok: true, zh: `事件库版本 ${version}`, en: `the event store is version ${version}` },
    clusterOf(seen),
    ...(nodes < 3
      ? [
          {
            what: 'cluster-size',
            ok: false,
            warning: true as const,
            zh: `事件库只有 ${nodes} 个节点：失去这台机器即停止写入；请用三个节点`,
            en: `the event store has ${nodes} node(s): losing that machine stops writing; have three`,
          },
        ]
      : []),
    tls
      ? { what: 'event-store-tls', ok: true, zh: '与事件库之间用 TLS', en: 'TLS to the event store' }
      : {
          what: 'event-store-tls',
          ok: false,
          ...(home && { warning: true as const }),
          zh: '与事件库之间没有 TLS（tls=false）：谁都可以读写，访问控制也不起作用',
          en: 'no TLS to the event store (tls=false): anybody can read and write, and no access control holds',
        },
    everyone
      ? {
          what: 'event-store-acl',
          ok: false,
          zh: '所有用户都可读取 $all：请把 $all 的 $r 限于 $admins 和本服务的用户',
          en: 'every user may read $all: let only $admins and the user of this service read it',
        }
      : {
          what: 'event-store-acl',
          ok: true,
          zh: `可读 $all 的：${readsAll?.join('、') ?? '$admins（默认）'}`,
          en: `$all is read by ${readsAll?.join(', ') ?? '$admins (the default)'}`,
        },
    shortened.length === 0
      ? { what: 'truncation', ok: true, zh: '没有可被删减的流', en: 'no stream may be truncated' }
      : {
          what: 'truncation',
          ok: false,
          zh: `${shortened.length} 个流的元数据允许删减（$maxAge、$maxCount 或 $tb）：${shortened.slice(0, 5).join('、')}；请清除其元数据，且在此之前不要 scavenge`,
          en: `metadata of ${shortened.length} streams let events be taken away ($maxAge, $maxCount or $tb): ${shortened.slice(0, 5).join(', ')}; clear it, and do not scavenge before`,
        },
  ];
}

export const examineKurrent = async (store: KurrentStore, url: string, ledger: string, deep: boolean) =>
  findingsOf(await look(store, url, ledger, deep));
