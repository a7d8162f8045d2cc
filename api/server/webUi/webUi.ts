import httpProxy from '@fastify/http-proxy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiOptions, App } from '../options.ts';
import { Problem, toProblem } from '../problems.ts';
import { problemPage, problemPagePolicy } from './problemPage.tsx';
import {
  type Answer,
  forwardedAnswer,
  forwardedRequest,
  isAsset,
  isOurs,
  isRead,
  isUnambiguous,
  returnPath,
  sendAnswer,
  upstreamPath,
  webUiPath,
} from './proxied.ts';

/** Longer than Temporal holds a request that waits for the next event of a workflow (20 seconds). */
const answerWithinMs = 40_000;
/** A query's body names a workflow and the query. */
const largestBody = 16 * 1024;
const config = {
  scope: 'read',
  readOnly: true,
  // Its pages ask for news by themselves; what a person opens is decoded, which counts.
  background: true,
  // A page of the Web UI consists of some 200 files.
  rateLimit: { allowList: ({ url }: FastifyRequest) => isAsset(url) },
} as const;

type Counted = (problem: Problem, request: FastifyRequest) => Promise<Problem>;

/**
 * Serves Temporal's Web UI at `/temporal`, to those who may read, and to look only; or leads to the one elsewhere. A browser
 * without a session gets the console, which asks for the sign-in at that address and loads it again.
 * @param counted counts refusals, as for every other route
 */
export async function addWebUi(app: App, options: ApiOptions, counted: Counted): Promise<void> {
  const { webUi } = options;
  await app.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
        route.handlerTimeout = answerWithinMs;
      });
      scope.addHook('onRequest', async ({ url }) => {
        if (!isUnambiguous(url)) throw new Problem(400, 'invalid-request', notPlain);
      });
      scope.setErrorHandler(async (error: Error, request, reply) => {
        if (!isNavigation(request)) throw error;
        const problem = await counted(toProblem(error, request), request);
        if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
        if (problem.status === 401 && options.console) return reply.code(401).sendFile('index.html');
        return sendProblemPage(problem, reply);
      });
      if (webUi && 'upstream' in webUi) await addProxy(scope, webUi.upstream, options.namespace);
      else {
        const handler = async (request: FastifyRequest, reply: FastifyReply) => {
          if (webUi) return reply.redirect(`${webUi.elsewhere}${request.url.slice(webUiPath.length)}`);
          throw new Problem(404, 'not-configured', notConfigured);
        };
        for (const url of ['/', '/*']) scope.get(url, { config, prefixTrailingSlash: 'no-slash' }, handler);
      }
    },
    { prefix: webUiPath },
  );
}

const notConfigured =
  'Temporal’s Web UI is not set up here. Its operator sets WEB_UI_UPSTREAM, or WEB_UI_URL where it is elsewhere.';
const notPlain =
  'Addresses of Temporal’s Web UI begin with /temporal and have no \\, no # and no . or .. as a part: write this one in its plain form.';
const readOnly =
  'Temporal’s Web UI shows workflows here and changes none. Withdraw a cancellation in the console; engineers use the CLI, see "Changing workflows" of docs/production.md.';

async function addProxy(scope: App, upstream: string, namespace: string): Promise<void> {
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestBody }, (_request, body, done) =>
    done(null, body),
  );
  scope.addHook('onRequest', async (request, reply) => {
    if (!isRead(request)) throw new Problem(405, 'method-not-allowed', readOnly, { headers: { allow: 'GET, HEAD' } });
    if (!isOurs(request.url, namespace))
      throw new Problem(404, 'not-found', `Only the namespace ${namespace} is shown here.`);
    const back = returnPath(request.url);
    if (back) return reply.redirect(back);
  });
  endWaitsAtClose(scope);
  await scope.register(httpProxy, {
    upstream: new URL(upstream).origin,
    rewritePrefix: `${new URL(upstream).pathname.replace(/\/$/, '')}${webUiPath}`,
    preRewrite: upstreamPath,
    proxyPayloads: false,
    config,
    disableRequestLogging: true,
    destroyAgent: true,
    // The plugin itself would take any certificate.
    undici: { connect: { timeout: 5_000, rejectUnauthorized: true }, headersTimeout: 35_000, bodyTimeout: 35_000 },
    replyOptions: {
      rewriteRequestHeaders: forwardedRequest,
      rewriteHeaders: (headers, request) => forwardedAnswer(headers, request!.url),
      onResponse: (request, reply, answer) => {
        sendAnswer(answer as unknown as Answer, request, reply as FastifyReply, namespace).catch((error) =>
          reply.send(error instanceof Problem ? error : noAnswer()),
        );
      },
      onError: (reply) => reply.send(noAnswer()),
    },
  });
}

/** Requests that wait for the next event of a workflow must not hold the API back when it stops; the page asks again. */
function endWaitsAtClose(scope: App): void {
  const waiting = new Set<FastifyReply>();
  scope.addHook('preHandler', async ({ url }, reply) => {
    if (!/[?&]waitNewEvent=true(&|$)/.test(url)) return;
    waiting.add(reply);
    reply.raw.once('close', () => waiting.delete(reply));
  });
  scope.addHook('preClose', async () => {
    for (const { raw } of waiting) raw.destroy();
  });
}

function noAnswer(): Problem {
  const detail =
    'Temporal’s Web UI does not answer. Nothing else is affected: the console shows every cancellation. Try again in a moment; if it lasts, its operator must look whether the Web UI runs.';
  return new Problem(503, 'unavailable', detail, { headers: { 'retry-after': '5' } });
}

/** Whether a person opens a page, and not the page its data. */
function isNavigation(request: FastifyRequest): boolean {
  return request.method === 'GET' && request.accepts().type(['json', 'html']) === 'html';
}

function sendProblemPage(problem: Problem, reply: FastifyReply): FastifyReply {
  return reply
    .code(problem.status)
    .headers({ ...problem.headers, 'content-security-policy': problemPagePolicy })
    .type('text/html; charset=utf-8')
    .send(problemPage(problem));
}
