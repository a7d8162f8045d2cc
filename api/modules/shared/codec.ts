import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import type { ApiOptions, App } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';

/** One payload as Temporal's Web UI sends it: bytes in base64. */
const JsonPayload = z
  .object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() })
  .meta({ id: 'Payload' });
const Payloads = z.object({ payloads: z.array(JsonPayload).max(2_000) }).meta({ id: 'Payloads' });

/**
 * Decodes payloads for Temporal's Web UI, which is of the same site and so sends the console's session, and for the CLI. It encodes
 * none: whoever could have a message encrypted could act in another's name.
 */
export async function codecRoutes(app: App, { codec }: ApiOptions): Promise<void> {
  app.post(
    '/codec/decode',
    {
      config: { scope: 'read', readOnly: true },
      schema: {
        tags: ['codec'],
        operationId: 'decodePayloads',
        summary: 'For Temporal’s Web UI: decode payloads',
        body: Payloads,
        response: { 200: Payloads },
        problems: [422],
      },
    },
    async ({ body }) => ({
      payloads: (await codec.decode(body.payloads.map(fromJson)).catch(cannotDecode)).map(toJson),
    }),
  );
}

/** The codec's words name the key's ID, which comes from outside and may be long; they never hold a key. */
function cannotDecode(error: Error): never {
  throw new Problem(422, 'cannot-decode', error.message.slice(0, 300));
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
