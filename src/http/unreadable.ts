/** Requests that never become one: an address or a head that cannot be read. They are answered as all others are. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { languageOf, Problem, problemBody, PROBLEMS } from './problems.js';
import { problemOf } from './problem-of.js';
import { BARE } from './headers.js';

const TYPE = 'application/problem+json; charset=utf-8';

function ofAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  const body = problemBody(problem, languageOf(request.raw.headers['accept-language']), String(request.id));
  void reply.status(PROBLEMS[problem.code].status).headers(BARE).type(TYPE).send(JSON.stringify(body));
}

const CODES: Readonly<Record<string, Problem['code']>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};
/** What a broken head means for what comes behind it nobody can say: the connection ends. */
function ofHead(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ''] ?? 'request-unreadable';
  const body = JSON.stringify(problemBody(new Problem(code), 'zh', randomUUID()));
  const { status } = PROBLEMS[code];
  const headers = { ...BARE, connection: 'close', 'content-type': TYPE, 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

/** Options of Fastify. */
export const UNREADABLE = { frameworkErrors: ofAddress, clientErrorHandler: ofHead };
