import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import openapiTS from 'openapi-typescript';

/** Holds what is sent and answered to a contract, an OpenAPI 3.1 description. */

interface Content {
  content?: Record<string, { schema: AnySchemaObject }>;
}
interface Operation {
  operationId: string;
  security?: object[];
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: AnySchemaObject }[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content & { headers?: Record<string, { required?: boolean; schema: AnySchemaObject }> }>;
}
interface Description {
  security?: object[];
  paths: Record<string, Record<string, Operation>>;
}

/** One request with its answer; header names are in small letters. */
export interface Exchange {
  method: string;
  /** The path with its query. */
  url: string;
  headers: Record<string, string>;
  body: string;
  answer: { status: number; headers: Record<string, string>; body: string };
}

/** @throws Error that says what is not valid OpenAPI */
export async function checkOpenApi(description: object): Promise<void> {
  await openapiTS(structuredClone(description) as never, { silent: true });
}

// A union with null is how OpenAPI 3.1 says that a value may be absent.
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);

class Contract {
  private readonly description: Description;

  constructor(description: object) {
    this.description = withoutRefs(description, description) as Description;
  }

  /** Every answer that is described, such as `account 404`. */
  answers(): string[] {
    return Object.values(this.description.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ operationId, responses }) => Object.keys(responses).map((status) => `${operationId} ${status}`));
  }

  /** @returns which of `answers` it is, when it is one, and what is not as described */
  check(exchange: Exchange): { answer?: string; problems: string[] } {
    const { pathname, searchParams } = new URL(exchange.url, 'http://contract');
    const found = this.find(exchange.method, pathname);
    if (!found) return { problems: [`${exchange.method} ${pathname} is not described`] };
    const { operation, pathParameters } = found;
    const query = Object.fromEntries(searchParams);
    const values = { path: pathParameters, query, header: exchange.headers };
    const { status, problems } = answerProblems(operation, exchange.answer);
    const all = [
      ...this.accessProblems(operation, exchange),
      ...parameterProblems(operation, values),
      ...bodyProblems('the request', exchange, operation.requestBody),
      ...problems,
    ];
    const answer = status && problems.length === 0 ? `${operation.operationId} ${status}` : undefined;
    return { answer, problems: all.map((problem) => `${operation.operationId}: ${problem}`) };
  }

  private find(method: string, path: string) {
    for (const [template, methods] of Object.entries(this.description.paths)) {
      const pattern = template.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
      const match = new RegExp(`^${pattern}$`).exec(path);
      const operation = match && methods[method.toLowerCase()];
      if (!operation) continue;
      const values = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { operation, pathParameters: Object.fromEntries(values) as Record<string, string> };
    }
    return undefined;
  }

  private accessProblems(operation: Operation, { headers }: Exchange): string[] {
    const open = (operation.security ?? this.description.security ?? []).length === 0;
    return open || /^Bearer \S+$/.test(headers.authorization ?? '') ? [] : ['the request has no Bearer token'];
  }
}

function parameterProblems(
  { parameters = [] }: Operation,
  values: Record<'path' | 'query' | 'header', Record<string, string>>,
): string[] {
  const unknown = Object.keys(values.query).filter((name) => !parameters.some((one) => one.name === name));
  return [
    ...unknown.map((name) => `the query parameter ${name} is not described`),
    ...parameters.flatMap(({ name, in: place, required, schema }) => {
      const value = values[place][place === 'header' ? name.toLowerCase() : name];
      if (value === undefined) return required ? [`the ${place} parameter ${name} is missing`] : [];
      const isNumber = schema.type === 'integer' && /^-?\d+$/.test(value);
      return schemaProblems(`the ${place} parameter ${name}`, schema, isNumber ? Number(value) : value);
    }),
  ];
}

function answerProblems({ responses }: Operation, answer: Exchange['answer']) {
  const status = [String(answer.status), `${String(answer.status)[0]}XX`].find((one) => one in responses);
  if (!status) return { problems: [`the status ${answer.status} is not described`] };
  const { headers = {}, content } = responses[status]!;
  const problems = Object.entries(headers).flatMap(([name, { required, schema }]) => {
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined) return required ? [`the answer's header ${name} is missing`] : [];
    return schemaProblems(`the answer's header ${name}`, schema, value);
  });
  return {
    status,
    problems: [...problems, ...bodyProblems('the answer', answer, content && { content, required: true })],
  };
}

function bodyProblems(
  what: string,
  { headers, body }: { headers: Record<string, string>; body: string },
  described?: Content & { required?: boolean },
): string[] {
  if (!described) return body === '' ? [] : [`${what} has a body`];
  if (body === '') return described.required ? [`${what} has no body`] : [];
  const type = (headers['content-type'] ?? '').split(';')[0]!;
  const schema = described.content?.[type]?.schema;
  if (!schema) return [`${what} has the content type ${type || '(none)'}`];
  try {
    const value = /[/+]json$/.test(type) ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    return schemaProblems(`${what}'s body`, schema, value);
  } catch {
    return [`${what}'s body is not JSON`];
  }
}

function schemaProblems(what: string, schema: AnySchemaObject, value: unknown): string[] {
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  return validate.errors!.map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
}

function withoutRefs(node: unknown, root: object): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map((one) => withoutRefs(one, root));
  if ('$ref' in node) {
    const path = String(node.$ref).split('/').slice(1);
    const target = path.reduce(
      (place, name) => place[name] as Record<string, unknown>,
      root as Record<string, unknown>,
    );
    return withoutRefs(target, root);
  }
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, withoutRefs(value, root)]));
}

/** Stands before a server, and holds to the contract all that is sent to it and what it answers. */
export async function startContractProxy(description: object, serverUrl: string) {
  const contract = new Contract(description);
  const exchanges: Exchange[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  const server = createServer(async (request, response) => {
    const exchange = await passOn(serverUrl, {
      method: request.method!,
      url: request.url!,
      headers: request.headers as Record<string, string>,
      body: await text(request),
    }).catch(() => undefined);
    // The server has ended the connection without an answer.
    if (!exchange) return request.socket.destroy();
    exchanges.push(exchange);
    const found = contract.check(exchange);
    problems.push(...found.problems);
    if (found.answer) seen.add(found.answer);
    const { status, headers, body } = exchange.answer;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    contract,
    exchanges,
    problems,
    /** Answers that were as described. */
    seen,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const ofOneConnection = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];

async function passOn(serverUrl: string, request: Omit<Exchange, 'answer'>): Promise<Exchange> {
  const { method, url, body } = request;
  const response = await fetch(`${serverUrl}${url}`, {
    method,
    headers: forwarded(request.headers),
    body: body === '' ? undefined : body,
    redirect: 'manual',
  });
  const headers = forwarded(Object.fromEntries(response.headers));
  return { ...request, answer: { status: response.status, headers, body: await response.text() } };
}

function forwarded(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneConnection.includes(name)));
}
