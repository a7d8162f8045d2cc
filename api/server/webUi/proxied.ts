import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '../problems.ts';

/** What the API changes in requests to Temporal's Web UI, and in its answers. */

/** Where the API serves it. */
export const webUiPath = '/temporal';

type Headers = Record<string, string | string[] | undefined>;

/** An answer of the Web UI. */
export interface Answer {
  statusCode: number;
  headers: Headers;
  stream: Readable;
}

/**
 * A query asks a workflow how it stands, such as for its checklist, and cannot change anything; Temporal takes it as POST only.
 * Segments are compared before `%2F` is decoded, so that no workflow's ID passes for another path.
 */
const query = /^\/temporal\/api\/v1\/namespaces\/[\w.%-]+\/workflows\/[\w.~%!$&'()*+,;=:@-]+\/query\/[\w.-]+\??$/;

/**
 * Whether an address means the same to the Web UI as it does here. With a `\`, a `#` or a `..` in it, it would be resolved to
 * another one on its way, behind the check of what it does; a client that is no browser can send these.
 */
export function isUnambiguous(url: string): boolean {
  if (!/^\/temporal(?:[/?]|$)/.test(url) || !URL.canParse(url, 'http://localhost')) return false;
  const { pathname, search } = new URL(url, 'http://localhost');
  return pathname + search === url.replace(/\?$/, '');
}

/** Whether a request only reads. */
export function isRead({ method, url }: Pick<FastifyRequest, 'method' | 'url'>): boolean {
  return method === 'GET' || method === 'HEAD' || (method === 'POST' && query.test(url));
}

/** Parts of the Web UI's API that concern the whole cluster. `sendAnswer` removes other namespaces from the list of them. */
const ofCluster = ['settings', 'cluster-info', 'system-info', 'namespaces'];

/** Whether an address is a page or a file of the Web UI, or data of our namespace; a cluster may serve others too. */
export function isOurs(url: string, namespace: string): boolean {
  const path = url.split('?')[0]!.slice(webUiPath.length);
  if (!/^\/+api(\/|$)/i.test(decodeURIComponent(path))) return true;
  const [, api, version, part = '', name] = path.split('/');
  if (api !== 'api' || version !== 'v1') return false;
  if (name === undefined) return ofCluster.includes(part);
  return part === 'namespaces' && decodeURIComponent(name) === namespace;
}

/**
 * The page that the Web UI leads to when the API no longer knows the session is its own sign-in, which is not used here.
 * @returns where to lead the person instead, of the same site; undefined for every other page
 */
export function returnPath(url: string): string | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname !== `${webUiPath}/login`) return undefined;
  const wanted = searchParams.get('returnUrl') ?? '';
  if (!URL.canParse(wanted, 'http://localhost')) return webUiPath;
  const back = new URL(wanted, 'http://localhost');
  const isPage = back.pathname.startsWith(`${webUiPath}/`) && back.pathname !== pathname;
  return isPage ? `${back.pathname}${back.search}` : webUiPath;
}

/** Its route for texts in Markdown, such as a workflow's checklist, has the path twice. */
export function upstreamPath(url: string): string {
  return url.startsWith(`${webUiPath}/render?`) ? `${webUiPath}${url}` : url;
}

/** Both name the same value: the Web UI's check that a POST comes from its own page, which the session's cookie ensures here. */
const csrf = { cookie: '_csrf=dealerops', 'x-csrf-token': 'dealerops' };
const passedOn = ['host', 'accept', 'accept-language', 'caller-type', 'content-type', 'content-length'];

/** Nothing of the session or of an API key is among them. */
export function forwardedRequest({ url }: Pick<FastifyRequest, 'url'>, headers: Headers): Headers {
  // What is changed on its way must come as it is.
  return { ...only(isAsset(url) ? [...passedOn, 'accept-encoding'] : passedOn, headers), ...csrf };
}

const passedBack = ['content-type', 'content-length', 'content-encoding', 'content-security-policy', 'location'];

export function forwardedAnswer(headers: Headers, url: string): Headers {
  const given = only(passedBack, headers);
  const { location } = given;
  if (location !== undefined && !/^\/temporal(?![^/?#])(?!\/\/)/.test(String(location))) delete given.location;
  // Private: who may not see the Web UI gets none of it.
  if (isAsset(url)) given['cache-control'] = 'private, max-age=31536000, immutable';
  return given;
}

/** A file that is named by its content. */
export const isAsset = (url: string) => url.startsWith(`${webUiPath}/_app/immutable/`);

function only(names: readonly string[], headers: Headers): Headers {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

const changedAnswers: Readonly<Record<string, (given: string, namespace: string) => string>> = {
  [`${webUiPath}/api/v1/settings`]: settingsFor,
  [`${webUiPath}/api/v1/namespaces`]: onlyOurs,
};

/** @throws Problem when the Web UI refuses the API, or answers what cannot be read */
export async function sendAnswer(
  { statusCode, headers, stream }: Answer,
  { method, url, headers: asked }: Pick<FastifyRequest, 'method' | 'url' | 'headers'>,
  reply: FastifyReply,
  namespace: string,
): Promise<void> {
  if (statusCode === 401 || statusCode === 403) {
    stream.destroy();
    // The page would take it for the end of the session.
    throw new Problem(
      503,
      'unavailable',
      'Temporal refuses to show this to Temporal’s Web UI; its operator must look at both.',
    );
  }
  const changed = changedAnswers[url.split('?')[0]!];
  if (changed && method === 'GET' && statusCode === 200) {
    reply.removeHeader('content-length').send(changed(await text(stream), namespace));
    return;
  }
  const isPage = String(headers['content-type']).startsWith('text/html');
  const isText = isPage && headers['content-security-policy'] !== undefined;
  if (isText && asked['sec-fetch-dest'] === 'document') {
    stream.destroy();
    // Somebody has made a link to a text of their own, which would look like a page of this site.
    throw new Problem(404, 'not-found', 'This is no page, but a text in a page of Temporal’s Web UI.');
  }
  if (!isPage || isText) {
    reply.send(stream);
    return;
  }
  const page = await text(stream);
  reply.header('content-security-policy', policyFor(page)).send(page);
}

const Settings = z.looseObject({ Version: z.string().optional() });

/** Actions that the Web UI then does not offer; the API lets none through either. */
const off = [
  'DisableWriteActions',
  'WorkflowTerminateDisabled',
  'WorkflowCancelDisabled',
  'WorkflowSignalDisabled',
  'WorkflowUpdateDisabled',
  'WorkflowResetDisabled',
  'WorkflowPauseDisabled',
  'BatchActionsDisabled',
  'StartWorkflowDisabled',
  'ActivityCommandsDisabled',
];

/** The Web UI's settings: it only shows, and the API of the same site decodes payloads with the session that the browser has. */
function settingsFor(given: string, DefaultNamespace: string): string {
  return JSON.stringify({
    ...Settings.parse(JSON.parse(given)),
    ...Object.fromEntries(off.map((name) => [name, true])),
    DefaultNamespace,
    DisableNewsFetch: true,
    Codec: {
      Endpoint: '/codec',
      PassAccessToken: false,
      IncludeCredentials: true,
      DefaultErrorMessage:
        'The payloads could not be decoded. Your session may have ended: reload the page, and sign in.',
      DefaultErrorLink: '/',
    },
  });
}

const Namespaces = z.looseObject({
  namespaces: z.array(z.looseObject({ namespaceInfo: z.looseObject({ name: z.string() }) })),
});

/** Of the cluster's namespaces, ours. */
function onlyOurs(given: string, namespace: string): string {
  const { namespaces, ...rest } = Namespaces.parse(JSON.parse(given));
  return JSON.stringify({
    ...rest,
    namespaces: namespaces.filter(({ namespaceInfo }) => namespaceInfo.name === namespace),
  });
}

/** The Web UI's page may run its own scripts, inline only those that were sent with it, and load nothing from elsewhere. */
function policyFor(page: string): string {
  const inline = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script!);
  const hashes = inline.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'self'",
    `script-src ${["'self'", ...hashes].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');
}
