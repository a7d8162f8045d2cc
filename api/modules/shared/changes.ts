import { fastifySSE, type SSEMessage } from '@fastify/sse';
import { z } from 'zod';
import type { ChangedRows, Changes } from '../../../db/queries/changes.ts';
import { changeFeedOf, type Hear } from '../../server/changeFeed.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { nameLimit } from '../../server/plugins/limits.ts';
import { Problem } from '../../server/problems.ts';

/** Openings of streams a minute, of one API key; they do not count among its other requests. */
const opensPerMinute = 60;
/** Events that a slow reader has not taken yet: then its stream is cut off, and it can continue where it was. */
const mostUnread = 50;
const retrySeconds = 1;

/** What has changed, as a stream that a page listens to. */
export function changeRoutes(ofProcesses: readonly ChangedRows[]) {
  return async (app: App, options: ApiOptions): Promise<void> => {
    await app.register(fastifySSE);
    const feed = changeFeedOf(options, ofProcesses, app.log);
    app.addHook('preClose', async () => feed.close());

    app.get(
      '/v1/changes',
      {
        sse: { kind: 'manual', heartbeat: false },
        exposeHeadRoute: false,
        config: { scope: 'read', background: true, rateLimit: { max: opensPerMinute } },
        schema: {
          tags: ['changes'],
          operationId: 'streamChanges',
          summary: 'What has changed, as server-sent events: only IDs, to be read again',
          description:
            'Each event’s data is JSON with the lists that are not empty: `tasks`, `cancellations`, `dealers` (accounts’ IDs), `people`; or `everything: true`, when more has changed than is listed. The first event comes at once: with the header Last-Event-ID it says what was missed since that event, from whichever API process it came, else `everything: true`. An empty event every 15 seconds says that nothing was missed: a reader that hears none for 40 seconds should open the stream again. Listening does not extend a session; the stream ends with the session or the API key.',
          problems: [406],
          response: {
            200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
          },
        },
      },
      async (request, reply) => {
        if (!request.accepts().type(['text/event-stream'])) {
          const detail = 'This is a stream: ask for it with the header Accept: text/event-stream.';
          throw new Problem(406, 'not-acceptable', detail);
        }
        const { sse: stream, raw } = reply;
        const send = inOrder(
          (message: SSEMessage) => stream.send(message),
          () => raw.destroy(),
        );
        let leave = () => {};
        stream.onClose(() => leave());
        let isOpen = false;
        const hear: Hear = (id, changes) => {
          if (!isOpen) {
            // It may have lasted too long, or the client has gone.
            if (reply.sent || !stream.isConnected) return;
            isOpen = true;
            nameLimit(request, reply);
            reply.hijack();
            stream.keepAlive();
            reply.header('cache-control', 'no-store');
          }
          if (stream.isConnected) send({ id, event: 'changes', data: listsOf(changes) });
        };
        const end = () => stream.close();
        leave = await feed.listen(request.caller!, { hear, end }, stream.lastEventId ?? undefined);
        if (isOpen && stream.isConnected) return;
        leave();
        // Ended before anything was sent: while the API stops, or by the end of the session.
        if (!isOpen && !reply.sent && !raw.destroyed)
          throw new Problem(503, 'unavailable', 'The stream ended before it began: open it again.', {
            headers: { 'retry-after': String(retrySeconds), connection: 'close' },
          });
      },
    );
  };
}

function listsOf({ everything, subjects, ...lists }: Changes): Record<string, string[] | true> {
  const all = Object.entries({ ...lists, ...subjects }).filter(([, ids]) => ids.length > 0);
  return { ...(everything && { everything }), ...Object.fromEntries(all) };
}

/** Sends one after the other, each when the reader has taken the one before. */
function inOrder(send: (message: SSEMessage) => Promise<void>, giveUp: () => void): (message: SSEMessage) => void {
  let unread = 0;
  let last = Promise.resolve();
  return (message) => {
    unread += 1;
    if (unread > mostUnread) return giveUp();
    last = last
      .then(() => send(message))
      .catch(() => {})
      .finally(() => {
        unread -= 1;
      });
  };
}
