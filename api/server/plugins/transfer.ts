import { createHash } from 'node:crypto';
import compress from '@fastify/compress';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../options.ts';

/**
 * Makes what is read again and again cheap: answers to GET have an ETag (304 where the caller has the same answer already), and are compressed.
 * Call it before the first route.
 *
 * Answers to other methods are not compressed: the only secret in a body, a new API key, is in one of those, beside what
 * its caller sent (BREACH). Bodies of requests are not decompressed: they would have no size limit that means anything.
 */
export async function addTransfer(app: App): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (![route.method].flat().includes('GET')) route.compress = false;
  });
  await app.register(compress, { encodings: ['br', 'gzip'], globalDecompression: false });
  app.addHook('onSend', async (request, reply, payload) => tag(request, reply, payload));
}

/** Weak, since the compressed answer has the same. */
function tag(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
  const etag = `W/"${createHash('sha256').update(payload).digest('base64url')}"`;
  reply.header('etag', etag);
  const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^(W\/)?/, 'W/')) ?? [];
  if (!known.includes(etag) && !known.includes('W/*')) return payload;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}
