/** The log for whoever checks it: tiles, entry bundles and the signed head (C2SP tlog-tiles), and proofs by request. */
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gzipSync } from 'node:zlib';
import { toBase64, toHex } from '../../projections/kernel/bytes.js';
import { tileIn } from '../../projections/kernel/merkle.js';
import { proofText } from '../../projections/kernel/note.js';
import { type Opened, OPENED } from '../ledger/open.js';
import { entryBundle } from '../ledger/seal/publish.js';
import { Seal } from '../ledger/seal/seal.js';
import { Action, Open } from './by.js';
import { Takes } from './parameters.js';
import { Problem } from './problems.js';

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Nothing in it says what happened: digests of events that hold a random salt. So it is open to everybody. */
@Controller('log')
export class LogController {
  constructor(
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(Seal) private readonly seal: Seal,
  ) {}

  /** The newest signed head of the log, with the cosignatures of its witnesses so far. */
  @Get('checkpoint')
  @Open()
  async checkpoint(@Res() reply: FastifyReply) {
    const note = await this.seal.checkpoint();
    if (note === null) throw new Problem('not-sealed');
    await reply.type('text/plain; charset=utf-8').header('cache-control', 'public, max-age=2').send(note);
  }

  /** `/log/tile/<level>/<N>[.p/<width>]` and `/log/tile/entries/<N>[.p/<width>]`. */
  @Get('tile/*')
  @Open()
  async tile(@Req() { url, headers }: FastifyRequest, @Res() reply: FastifyReply) {
    const tile = tileIn(url.replace(/\?.*$/, '').slice('/log/'.length));
    if (!tile) throw new Problem('not-found');
    const { level, ...place } = tile;
    const bytes =
      level === 'entries'
        ? await entryBundle(this.seal.tree, this.opened.store, place)
        : await this.seal.tree.tile({ ...place, level });
    if (!bytes) throw new Problem('not-found');
    void reply.type('application/octet-stream').header('cache-control', FOR_EVER);
    if (level !== 'entries') return reply.send(bytes);
    void reply.header('vary', 'accept-encoding');
    if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(bytes);
    return reply.header('content-encoding', 'gzip').send(gzipSync(bytes));
  }
}

const sizeIn = (name: string, text: string | undefined, most: number, otherwise?: number): number => {
  if (text === undefined && otherwise !== undefined) return otherwise;
  if (text === undefined || !/^\d{1,15}$/.test(text) || Number(text) > most)
    throw Problem.ofParameter(name, `应为 0 至 ${most} 的整数`, `is a whole number from 0 to ${most}`);
  return Number(text);
};
const counted = <T extends { size: number }>(of: T | null) => of && { ...of, size: String(of.size) };

@Controller('v1/seal')
export class SealController {
  constructor(@Inject(Seal) private readonly seal: Seal) {}

  /** How far the log is sealed and witnessed, by whom, and since when something is not. */
  @Get()
  @Action('seal.read')
  async status() {
    const status = await this.seal.status();
    return {
      ...status,
      sealed: counted(status.sealed),
      witnessed: counted(status.witnessed),
      witnesses: status.witnesses.map(counted),
    };
  }

  /** That the event at an index is under the newest signed head; `file` is a tlog-proof, to be kept and checked by anybody. */
  @Get('inclusion')
  @Takes('index')
  @Action('seal.read')
  async inclusion(@Query('index') asked?: string) {
    const last = await this.seal.tree.last();
    if (!last) throw new Problem('not-sealed');
    const index = sizeIn('index', asked, last.size - 1);
    const proof = await this.seal.tree.inclusion(index, last.size);
    return {
      index: String(index),
      size: String(last.size),
      root: toHex(last.root),
      proof: proof.map(toBase64),
      file: proofText(index, proof, await this.seal.tree.whole(last)),
    };
  }
  /** That the log of one size begins with all of the log of an earlier one; to the newest signed head unless told. */
  @Get('consistency')
  @Takes('from', 'to')
  @Action('seal.read')
  async consistency(@Query('from') from?: string, @Query('to') to?: string) {
    const last = await this.seal.tree.last();
    if (!last) throw new Problem('not-sealed');
    const size = sizeIn('to', to, last.size, last.size);
    const before = sizeIn('from', from, size);
    const root = async (of: number) => toHex((await this.seal.tree.at(of)).root());
    return {
      from: String(before),
      to: String(size),
      roots: [await root(before), await root(size)],
      proof: (await this.seal.tree.consistency(before, size)).map(toBase64),
    };
  }
}
