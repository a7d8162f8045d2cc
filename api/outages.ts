import { ApplicationFailure } from '@temporalio/common';

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** PostgreSQL: connection exceptions, too few resources, and the server going down or coming up. */
const postgresCodes = /^(08|53|57P)\w+$/;
/** gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const grpcCodes = new Set([4, 8, 14]);
/** FAILED_PRECONDITION with which Temporal refuses an Update while it cannot reach the workflow, such as under a flood of messages. */
const updateNotNow = { code: 9, details: /due to .*workflow task/i };
const poolMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error and is not queryable/i;
const depthOfCauses = 6;

/** Whether CST could not be reached, or has answered nonsense. */
export function isOutageOfCst(error: unknown): boolean {
  return error instanceof ApplicationFailure && (error.type === 'CstUnavailable' || error.type === 'CstNonsense');
}

/** Whether CST has refused what it was asked, such as by an expired token. */
export function isRefusalOfCst(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === 'CstRefused';
}

/** What is wrong with an account's record that was looked up and cannot be used; undefined for other errors. */
export function faultsOfAccount(
  error: unknown,
): { account: string; faults: { field: string; message: string }[] } | undefined {
  if (!(error instanceof ApplicationFailure) || error.type !== 'AccountUnusable') return undefined;
  return error.details?.[0] as ReturnType<typeof faultsOfAccount>;
}

/** Whether PostgreSQL or Temporal could not be reached, however deep the cause is. */
export function isOutage(error: unknown): boolean {
  for (let cause = error, depth = 0; cause && depth < depthOfCauses; depth += 1) {
    const {
      code,
      details,
      message,
      errors,
      cause: deeper,
    } = cause as Partial<AggregateError> & { code?: unknown; details?: string; cause?: unknown };
    if (typeof code === 'string' && (networkCodes.has(code) || postgresCodes.test(code))) return true;
    if (typeof code === 'number' && grpcCodes.has(code)) return true;
    if (code === updateNotNow.code && updateNotNow.details.test(details ?? '')) return true;
    if (poolMessages.test(message ?? '')) return true;
    if (errors?.some?.(isOutage)) return true;
    cause = deeper;
  }
  return false;
}
