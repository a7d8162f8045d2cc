import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { FoundAccount } from '../../domain/shared/accountRecords.ts';
import type { DealerNames } from '../../domain/shared/accounts.ts';
import { systemNames } from '../../domain/shared/actors.ts';
import { cleanIdentifier, cleanName } from '../../domain/shared/identifiers.ts';
import { shortLine } from '../../domain/shared/shortLine.ts';
import { accountOfRecord, accountUnusable } from './accountFailures.ts';
import { type Call, callOutside, type OutsideSystem } from './http.ts';

/** Only an answer without an ID is not a record at all. */
const AccountRecord = z.record(z.string(), z.unknown()).refine((record) => 'id' in record, 'has no id');

/** As it is shown, without what nobody sees: another vendor's ID is not ours to reject. */
const DmsProvider = z.object({
  provider: z.string().overwrite(cleanName).min(1),
  providerId: z.string().overwrite(cleanIdentifier),
});
export type DmsProvider = z.infer<typeof DmsProvider>;

const Run = z.object({
  runId: z.string(),
  startedAt: z.iso.datetime({ offset: true }),
  endedAt: z.string().nullish(),
  state: z.enum(['running', 'succeeded', 'failed', 'partly_failed']),
  // One odd result must not hide the others: what is not surely a success of that dealer counts as failed.
  results: z.array(
    z.object({
      dealerId: z.coerce.string(),
      state: z.enum(['succeeded', 'failed']).catch('failed'),
      message: z
        .string()
        .catch('no message')
        .overwrite((text) => shortLine(text, 300)),
    }),
  ),
});
export type ManualProcessRun = z.infer<typeof Run>;

const AccountName = z.object({ id: z.string(), name: z.string() });
const AccountNames = z.object({ accounts: z.array(z.unknown()), nextCursor: z.string().nullish() });
const namesAtOnce = 100;

/** A run has results for up to 200 Dealer IDs: an answer stays far below the 1 MiB that `callOutside` reads. */
const runsAtOnce = 20;

/** The client of CST's HTTP API (sandbox/cst.openapi.json). Every method throws the failures of `callOutside`, with the prefix `Cst`. */
export class Cst {
  static readonly system: OutsideSystem = { title: systemNames.cst, code: 'cst', failurePrefix: 'Cst' };
  private readonly url: string;
  private readonly token: string;

  constructor({ url, token }: { url: string; token: string }) {
    this.url = url.replace(/\/$/, '');
    this.token = token;
  }

  /** @throws ApplicationFailure `AccountUnusable`, to be tried again, when nothing may proceed with the account's record */
  async account(id: string, signal?: AbortSignal): Promise<FoundAccount | null> {
    const { body } = await this.call({
      path: `/accounts/${encodeURIComponent(id)}`,
      answer: AccountRecord,
      also: [404],
      signal,
    });
    return body && accountOfRecord(body, id);
  }

  /**
   * A page of the dealers whose name begins with these letters, upper and lower case alike.
   * @param cursor `nextCursor` of the page before
   * @param limit at most 100
   * @returns `complete` is false when dealers may be missing from the pages: an odd record, or a full page without a word on more
   */
  async dealersNamed(prefix: string, cursor?: string, limit = namesAtOnce, signal?: AbortSignal): Promise<DealerNames> {
    const query = new URLSearchParams({ namePrefix: prefix, limit: String(limit), ...(cursor && { cursor }) });
    const { body } = await this.call({ path: `/accounts?${query}`, answer: AccountNames, signal });
    const { accounts, nextCursor } = body!;
    const dealers = accounts.flatMap((one) => AccountName.safeParse(one).data ?? []);
    const cutOff = nextCursor === undefined && accounts.length >= limit;
    return { dealers, nextCursor: nextCursor ?? null, complete: dealers.length === accounts.length && !cutOff };
  }

  /** @throws ApplicationFailure `AccountUnusable`, to be tried again, when the tab's record cannot be understood */
  async dmsProvider(account: string): Promise<DmsProvider | null> {
    const { body } = await this.call({
      path: `/accounts/${encodeURIComponent(account)}/dms-provider`,
      answer: z.record(z.string(), z.unknown()),
      also: [404],
    });
    if (!body) return null;
    const read = DmsProvider.safeParse(body);
    if (read.success) return read.data;
    const faults = read.error.issues.map(({ path, message }) => ({
      field: `DMS Provider tab: ${path.join('.')}`,
      message,
    }));
    throw accountUnusable({ account, faults });
  }

  /** Safe to repeat. */
  async removeDmsProvider(account: string): Promise<void> {
    await this.call({
      method: 'DELETE',
      path: `/accounts/${encodeURIComponent(account)}/dms-provider`,
      answer: z.unknown(),
      also: [404],
    });
  }

  async manualProcess(name: string): Promise<{ parametersText: string; etag: string }> {
    const answer = z.object({ parametersText: z.string() });
    const { body, headers } = await this.call({ path: `/manual-processes/${encodeURIComponent(name)}`, answer });
    const etag = headers.get('etag');
    if (!etag) throw ApplicationFailure.retryable('CST gives no ETag with the parameters', 'CstInvalidResponse');
    return { parametersText: body!.parametersText, etag };
  }

  /** @throws ApplicationFailure `CstConflict`, to be tried again, when somebody has changed the parameters since they were read */
  async saveParameters(name: string, parametersText: string, etag: string): Promise<void> {
    const { status } = await this.call({
      method: 'PUT',
      path: `/manual-processes/${encodeURIComponent(name)}/parameters`,
      headers: { 'if-match': etag },
      body: { parametersText },
      answer: z.unknown(),
      also: [412],
    });
    if (status === 412) {
      throw ApplicationFailure.retryable(
        `The parameters of "${name}" were changed by somebody else: they are read again`,
        'CstConflict',
      );
    }
  }

  /**
   * Runs a manual process with its parameters as they are.
   * @param idempotencyKey the same key is the same run
   * @throws ApplicationFailure `CstConflict`, to be tried again, while a run is in progress
   */
  async run(name: string, idempotencyKey: string): Promise<{ runId: string }> {
    const { status, body } = await this.call({
      method: 'POST',
      path: `/manual-processes/${encodeURIComponent(name)}/runs`,
      headers: { 'idempotency-key': idempotencyKey },
      answer: z.object({ runId: z.string() }),
      also: [409],
    });
    if (status === 409) throw ApplicationFailure.retryable(`A run of "${name}" is in progress`, 'CstConflict');
    return body!;
  }

  async runStatus(name: string, runId: string): Promise<ManualProcessRun> {
    const { body } = await this.call({
      path: `/manual-processes/${encodeURIComponent(name)}/runs/${encodeURIComponent(runId)}`,
      answer: Run,
    });
    return body!;
  }

  /** The runs since a time (ISO 8601), oldest first. */
  runsSince(name: string, since: string): Promise<ManualProcessRun[]> {
    return this.runs(name, { since });
  }

  /** The runs that have not ended; somebody in CST may have started one. */
  runsInProgress(name: string): Promise<ManualProcessRun[]> {
    return this.runs(name, { state: 'running' });
  }

  /** CST's own time, which its run history goes by. */
  async now(name: string): Promise<Date> {
    const { headers } = await this.call({
      path: `/manual-processes/${encodeURIComponent(name)}`,
      answer: z.unknown(),
    });
    const at = new Date(headers.get('date') ?? '');
    if (Number.isNaN(at.getTime())) throw ApplicationFailure.retryable('CST gives no Date', 'CstInvalidResponse');
    return at;
  }

  private async runs(name: string, filter: Record<string, string>): Promise<ManualProcessRun[]> {
    const answer = z.object({ runs: z.array(Run), nextCursor: z.string().nullish() });
    const runs: ManualProcessRun[] = [];
    let cursor: string | null | undefined;
    do {
      const query = new URLSearchParams({ ...filter, limit: String(runsAtOnce), ...(cursor && { cursor }) });
      const { body } = await this.call({ path: `/manual-processes/${encodeURIComponent(name)}/runs?${query}`, answer });
      runs.push(...body!.runs);
      cursor = body!.nextCursor;
    } while (cursor);
    return runs;
  }

  private call<T>({
    path,
    headers,
    ...call
  }: { path: string; headers?: Record<string, string> } & Omit<Call<T>, 'system' | 'url' | 'headers'>) {
    const all: Record<string, string> = { authorization: `Bearer ${this.token}`, ...headers };
    if (call.body !== undefined) all['content-type'] = 'application/json';
    return callOutside({ ...call, system: Cst.system, url: `${this.url}${path}`, headers: all });
  }
}
