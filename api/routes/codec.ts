import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import type { ApiOptions, App } from '../options.ts';

/** One payload as Temporal's Web UI sends it: bytes in base64. */
const JsonPayload = z.object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() });
const Payloads = z.object({ payloads: z.array(JsonPayload).max(2_000) });

/** Decodes payloads for Temporal's Web UI, for those who may read; its page sends the console's session cookie along. */
export async function codecRoutes(app: App, { codec, webUiUrl }: ApiOptions): Promise<void> {
  // At the end, so that the page can read refusals too.
  app.addHook('onSend', async (request, reply) => {
    if (!webUiUrl || request.headers.origin !== new URL(webUiUrl).origin) return;
    reply.headers({
      'access-control-allow-origin': request.headers.origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization, content-type, x-namespace',
      'access-control-allow-methods': 'POST, OPTIONS',
      vary: 'Origin',
    });
  });
  const schema = { tags: ['codec'], body: Payloads, response: { 200: Payloads } };
  for (const [path, work] of [
    ['/codec/decode', codec.decode],
    ['/codec/encode', codec.encode],
  ] as const) {
    app.options(path, { config: { public: true }, schema: { hide: true } }, async (_request, reply) =>
      reply.code(204).send(),
    );
    app.post(
      path,
      {
        config: { scope: 'read' },
        schema: { ...schema, summary: `For Temporal’s Web UI: ${path.split('/').at(-1)} payloads` },
      },
      async ({ body }) => ({
        payloads: (await work.call(codec, body.payloads.map(fromJson))).map(toJson),
      }),
    );
  }
}

function fromJson({ metadata = {}, data }: z.infer<typeof JsonPayload>): Payload {
  const bytes = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(bytes), data: data === undefined ? null : Buffer.from(data, 'base64') };
}

function toJson({ metadata, data }: Payload): z.infer<typeof JsonPayload> {
  const texts = Object.entries(metadata ?? {}).map(
    ([name, value]) => [name, Buffer.from(value).toString('base64')] as const,
  );
  return { metadata: Object.fromEntries(texts), ...(data && { data: Buffer.from(data).toString('base64') }) };
}
