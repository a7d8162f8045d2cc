import { randomUUID } from 'node:crypto';
import { onboardedImportId } from '../domain/feeds/onboarding.ts';
import { localDate } from '../domain/shared/businessDays.ts';
import { callApi, type DemoService, isOfDemo, refused, sendToApi, until } from './api.ts';
import { oncePrinter, type Step, stepInWords } from './steps.ts';

export interface Result {
  outcome: string;
  reason: string | null;
  counts: Record<'read' | 'inserted' | 'updated' | 'unchanged' | 'rejected', number>;
  contactsFound: number;
  contactsCreated: number;
}
interface Onboarding {
  id: string;
  state: string;
  closedAt: string | null;
  webUi?: string;
  requestedBy: string;
  requests: { requestedBy: string }[];
  steps: Step[];
}
interface FeedImport {
  id: string;
  state: string;
  timeZone: string;
}
interface Task {
  id: string;
  subject: string;
  kind: string;
  state: string;
  assignee: string | null;
  content: { title: string };
}

/** The task at the end of an import, unless it is escalated or somebody else has claimed it. */
function mayComplete({ kind, state, assignee }: Task): boolean {
  return kind === 'feed-import-ends' && state !== 'escalated' && (assignee === null || assignee === 'fiona');
}

/** The onboarding of a dealer's sales files, and its feed import. */
export class FeedStage {
  private readonly service: DemoService;
  private readonly account: string;
  private readonly once = oncePrinter();
  private id = '';

  constructor(service: DemoService, account: string) {
    this.service = service;
    this.account = account;
  }

  /**
   * Withdraws or ends what an earlier run of the demo has left.
   * @returns false where somebody else has an onboarding or a feed import of the dealer: both stay as they are
   */
  async clear(): Promise<boolean> {
    const query = `account=${this.account}&limit=100`;
    const { onboardings } = await this.ask<{ onboardings: Onboarding[] }>(`/v1/feeds/onboardings?${query}`);
    const ofDemo = onboardings.filter(({ requestedBy }) => requestedBy === 'key:demo');
    const ids = ofDemo.map(({ id }) => onboardedImportId(id, 'sales'));
    const open = onboardings.find(({ closedAt }) => closedAt === null);
    if (open && !isOfDemo(await this.ask<Onboarding>(`/v1/feeds/onboardings/${open.id}`))) return false;
    if ((await this.imports()).some(({ id }) => !ids.includes(id))) return false;
    if (open) await this.withdraw(open.id);
    // An onboarding that was complete before the withdrawal has left an import too.
    for (const left of await this.imports()) await this.end(left);
    for (const task of await this.tasks())
      if (ids.includes(task.subject) && mayComplete(task)) await this.complete(task, { stopped: true });
    return true;
  }

  /** As the demo's key; the dealer's contact is made up. */
  async request(contact: { name: string; phone: string; email: string }): Promise<void> {
    const body = { account: this.account, dms: 'ids', kinds: ['sales'], contact };
    this.id = (await this.start<{ id: string }>('demo', '/v1/feeds/onboardings', body)).id;
  }

  /** Fiona records what the dealer says. */
  async recordPermission(permission: { outcome: string; saidBy: string; on: string }): Promise<void> {
    await this.say('POST', `/v1/feeds/onboardings/${this.id}/permission`, permission);
  }

  /** Prints each step that has changed since, once this one is so. */
  async untilStep(step: string, state: string): Promise<void> {
    const { steps } = await until(`the step ${step} of ${this.account}`, async () => {
      const view = await this.look<Onboarding>();
      return view.steps.some((one) => one.step === step && one.state === state) && view;
    });
    for (const said of steps.map(stepInWords)) if (said) this.once(`  ${said}`);
  }

  look<View>(): Promise<View> {
    return this.ask<View>(`/v1/feeds/onboardings/${this.id}`);
  }

  get importId(): string {
    return onboardedImportId(this.id, 'sales');
  }

  async showAddresses(): Promise<void> {
    const { webUi } = await this.look<Onboarding>();
    console.log(`  See it in the console: ${this.service.consoleUrl}/feeds/onboardings/${this.id}`);
    if (webUi) console.log(`  and in Temporal's Web UI: ${new URL(webUi, this.service.consoleUrl)}`);
  }

  /** Fiona does a task of the onboarding. @param entered the lines that the demo prints of the answers */
  async do(kind: string, answers: Record<string, string | boolean>, entered: string[] = []): Promise<void> {
    const task = await until(`the task ${kind} of ${this.account}`, async () =>
      (await this.tasks()).find((one) => one.kind === kind && one.subject === this.id),
    );
    console.log(`  Fiona does the task: ${task.content.title}`);
    for (const line of entered) console.log(`      ${line}`);
    await this.complete(task, answers);
  }

  /** What is there, as Fiona sees it. */
  ask<T>(path: string): Promise<T> {
    return callApi(this.service, 'fiona', 'GET', path);
  }

  say<T>(method: string, path: string, body: unknown): Promise<T> {
    return callApi(this.service, 'fiona', method, path, body);
  }

  start<T>(who: 'demo' | 'fiona', path: string, body?: unknown): Promise<T> {
    return callApi(this.service, who, 'POST', path, body, { 'idempotency-key': randomUUID() });
  }

  /** Takes the files now, as the schedule does once a day. */
  async run(): Promise<Result> {
    const { id } = await this.start<{ id: string }>('fiona', `/v1/feeds/imports/${this.importId}/run`);
    return until('the end of the run', async () => {
      const { status, answer } = await sendToApi(this.service, 'fiona', 'GET', `/v1/feeds/runs/${id}`);
      return status === 200 && (answer as { endedAt: string | null }).endedAt !== null && (answer as Result);
    });
  }

  /** Those that have not ended. */
  private async imports(): Promise<FeedImport[]> {
    const path = `/v1/feeds/imports?account=${this.account}&limit=100`;
    const { imports } = await this.ask<{ imports: FeedImport[] }>(path);
    return imports.filter(({ state }) => state !== 'ended');
  }

  private async tasks(): Promise<Task[]> {
    return (await this.ask<{ tasks: Task[] }>(`/v1/tasks?account=${this.account}`)).tasks;
  }

  private async withdraw(id: string): Promise<void> {
    console.log('An onboarding of an earlier run is in progress: it is withdrawn first');
    const path = `/v1/feeds/onboardings/${id}/withdraw`;
    const { status, answer } = await sendToApi(this.service, 'demo', 'POST', path, { reason: 'the demo starts over' });
    // 409: it is about to end.
    if (status !== 200 && status !== 409) throw refused('POST', path, status, answer);
    await until('the end of the earlier onboarding', async () => {
      const { closedAt } = await this.ask<Onboarding>(`/v1/feeds/onboardings/${id}`);
      return closedAt !== null;
    });
  }

  private async end({ id, timeZone }: FeedImport): Promise<void> {
    console.log('The feed import of an earlier run is ended first; its activities stay');
    const end = { contractReference: 'Demo', effectiveOn: localDate(new Date(), timeZone) };
    await callApi(this.service, 'demo', 'POST', `/v1/feeds/imports/${id}/end`, end);
    await until('the end of the earlier feed import', async () =>
      (await this.tasks()).some(({ subject, kind }) => subject === id && kind === 'feed-import-ends'),
    );
  }

  private async complete({ id, assignee }: Task, answers: Record<string, string | boolean>): Promise<void> {
    if (assignee !== 'fiona') await this.say('POST', `/v1/tasks/${id}/claim`, {});
    await this.say('POST', `/v1/tasks/${id}/complete`, { answers });
  }
}
