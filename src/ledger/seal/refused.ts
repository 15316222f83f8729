/** Why nothing is signed, or recorded of the map over objects. */

/** What stands in the database is not what was sealed: nothing is signed until somebody has looked. */
export class SealRefused extends Error {
  constructor(
    readonly zh: string,
    readonly en: string,
  ) {
    super(en);
    this.name = 'SealRefused';
  }
}

export const shorter = (sealed: number, there: number) =>
  new SealRefused(
    `已封存 ${sealed} 个事件，而账本仅有 ${there} 个：账本可能被恢复到较早的备份。不再签名；请核查，并以最新备份恢复`,
    `${sealed} events were sealed and the log holds ${there}: it may have been put back to an earlier backup. Nothing is signed; look into it, and restore the latest backup`,
  );
export const another = (size: number) =>
  new SealRefused(
    `前 ${size} 个事件与已签名的封存不符：账本或哈希树被改动。不再签名；请运行 mingzhang verify`,
    `the first ${size} events are not those that were signed: the log or its tree was changed. Nothing is signed; run mingzhang verify`,
  );
export const unlike = (index: number) =>
  new SealRefused(
    `事件 ${index} 的字节与摘要不符：账本被改动。不再签名；请运行 mingzhang verify`,
    `the bytes of event ${index} are not those of its digest: the log was changed. Nothing is signed; run mingzhang verify`,
  );
