import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import type { RefusalDetails } from '../../domain/shared/connectors.ts';

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/**
 * PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html): connection exceptions (08), invalid
 * authorization (28), a session that it has ended (25P03), conflicts (40), too few resources (53), a lock that is not free
 * (55P03), a statement that took too long (57014), the server going down or coming up (57P), its disk (58).
 */
const postgresCodes = /^(08|28|40|53|57P|58)\w+$|^(25P03|3D000|55P03|57014)$/;
const readOnlyCode = '25006';
const diskFullCode = '53100';
/** gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const grpcCodes = new Set([4, 8, 14]);
/** gRPC: PERMISSION_DENIED, UNAUTHENTICATED. */
const grpcRefusals = new Set([7, 16]);
/** INVALID_ARGUMENT with which Temporal answers a start whose search attributes the namespace does not have. */
const noSearchAttribute = { code: 3, details: /search attribute/i };
/** FAILED_PRECONDITION with which Temporal refuses an Update while it cannot reach the workflow, such as under a flood of messages. */
const updateNotNow = { code: 9, details: /due to .*workflow task/i };
const poolMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error and is not queryable/i;
const depthOfCauses = 6;

/** Whether CST could not be reached, or has given an invalid response. */
export function isOutageOfCst(error: unknown): boolean {
  return (
    error instanceof ApplicationFailure && (error.type === 'CstUnavailable' || error.type === 'CstInvalidResponse')
  );
}

/** Whether CST has refused what it was asked, such as by an expired token. */
export function isRefusalOfCst(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === 'CstRefused';
}

/** The HTTP status with which an outside system has refused a call. */
export function statusOfRefusal({ details }: ApplicationFailure): number | undefined {
  return (details?.[0] as RefusalDetails | undefined)?.status;
}

/** What is wrong with an account's record that was looked up and cannot be used; undefined for other errors. */
export function faultsOfAccount(
  error: unknown,
): { account: string; faults: { field: string; message: string }[] } | undefined {
  if (!(error instanceof ApplicationFailure) || error.type !== 'AccountUnusable') return undefined;
  return error.details?.[0] as ReturnType<typeof faultsOfAccount>;
}

/**
 * What is wrong with PostgreSQL or Temporal, however deep the cause is, as a sentence for the caller.
 * @returns undefined where the error is no outage
 */
export function outageOf(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause && depth < depthOfCauses; depth += 1) {
    const sentence = sentenceOf(cause as Cause) ?? (cause as Cause).errors?.map(outageOf).find(Boolean);
    if (sentence) return sentence;
    cause = (cause as Cause).cause;
  }
  return undefined;
}

interface Cause {
  code?: unknown;
  details?: string;
  message?: string;
  errors?: unknown[];
  cause?: unknown;
}

function sentenceOf(cause: Cause): string | undefined {
  const { code, details = '', message = '' } = cause;
  if (cause instanceof NamespaceNotFoundError)
    return 'The namespace of this service is missing in Temporal; its operator must create it or check TEMPORAL_NAMESPACE.';
  if (code === readOnlyCode) return 'PostgreSQL only allows reading now.';
  if (code === diskFullCode) return 'PostgreSQL has no room left on its disk; its operator must free some.';
  if (code === noSearchAttribute.code && noSearchAttribute.details.test(details))
    return 'The search attributes of this service are missing in Temporal; its operator must run npm run migrate.';
  if (typeof code === 'number' && grpcRefusals.has(code))
    return 'Temporal refuses this service; its operator must check its credentials.';
  const unreachable =
    (typeof code === 'string' && (networkCodes.has(code) || postgresCodes.test(code))) ||
    (typeof code === 'number' && grpcCodes.has(code)) ||
    (code === updateNotNow.code && updateNotNow.details.test(details)) ||
    poolMessages.test(message);
  return unreachable ? 'The service cannot reach a part of itself.' : undefined;
}
