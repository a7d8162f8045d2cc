import { randomUUID } from 'node:crypto';
import { inWords } from '../domain/shared/words.ts';
import { StartError } from '../service/startError.ts';
import {
  type ApiRequest,
  callApi,
  type DemoService,
  inSandbox,
  isOfDemo,
  type Mail,
  mailTo,
  refused,
  sendToApi,
  until,
} from './api.ts';
import { failDemosDealer } from './faults.ts';
import { oncePrinter, type Step, stepInWords } from './steps.ts';

export interface Task {
  id: string;
  subject: string;
  kind: string;
  state: string;
  assignee: string | null;
  dueAt: string;
  followUpAt: string | null;
  content: {
    title: string;
    url?: string;
    texts: { label: string; value: string }[];
    fields: { name: string; type: string; optional?: boolean; choices?: { value: string }[] }[];
  };
}
interface Cancellation {
  id: string;
  state: string;
  webUi?: string;
  requests: { requestedBy: string }[];
  tasks: { kind: string; state: string; assignee: string | null }[];
  integrations: { vendorName: string; state: string; reason: string | null; webUi?: string; steps: Step[] }[];
}

/** One scene: the cancellation of a dealer, and what people and systems do in it. */
export class Stage {
  private readonly service: DemoService;
  private readonly account: string;
  private once = oncePrinter();
  private readonly begun = new Date().toISOString();
  private id = '';

  constructor(service: DemoService, account: string) {
    this.service = service;
    this.account = account;
  }

  /**
   * Withdraws what an earlier run of the demo has left in progress for the dealer.
   * @returns false where somebody else's cancellation is in progress: it stays as it is
   */
  async clear(): Promise<boolean> {
    const open = await this.inProgress();
    if (open === 'of somebody else') return false;
    if (open) {
      console.log('  A cancellation of an earlier run is in progress: it is withdrawn first');
      await this.withdraw('the demo starts over', 'lena');
      await this.untilClosed(['reinstate']);
      this.once = oncePrinter();
    }
    return true;
  }

  /** Goes on with the dealer's cancellation that an earlier run has started. @returns whose is in progress, if any is */
  async inProgress(): Promise<'of the demo' | 'of somebody else' | undefined> {
    const path = `/v1/cancellations?account=${this.account}&limit=100`;
    const { cancellations } = await this.call<{ cancellations: Cancellation[] }>('demo', 'GET', path);
    const open = cancellations.find(({ state }) => state === 'open');
    if (!open) return undefined;
    this.id = open.id;
    return isOfDemo(await this.look()) ? 'of the demo' : 'of somebody else';
  }

  async start(body: Record<string, unknown> = {}): Promise<void> {
    const request = { account: this.account, reason: 'subscription_canceled', ...body };
    const headers = { 'idempotency-key': randomUUID() };
    this.id = (await this.call<{ id: string }>('demo', 'POST', '/v1/cancellations', request, headers)).id;
  }

  async withdraw(reason: string, who: keyof DemoService['keys'] = 'demo'): Promise<void> {
    const path = `/v1/cancellations/${this.id}/withdraw`;
    const { status, answer } = await sendToApi(this.service, who, 'POST', path, { reason });
    // 409: there is nothing left to withdraw.
    if (status !== 202 && status !== 409) throw refused('POST', path, status, answer);
  }

  look(): Promise<Cancellation> {
    return this.call<Cancellation>('demo', 'GET', `/v1/cancellations/${this.id}`);
  }

  /** Prints each step that has changed since. */
  async show(): Promise<Cancellation> {
    const view = await this.look();
    for (const { vendorName, steps, state, reason } of view.integrations) {
      for (const step of steps) {
        const said = stepInWords(step);
        if (said) this.once(`  ${vendorName} · ${said}`);
      }
      if (!['in_progress', 'waiting'].includes(state))
        this.once(`  ${vendorName}: ${inWords(state)}${reason ? ` (${reason})` : ''}`);
    }
    return view;
  }

  /** The system that receives the vendors' data reports a file. */
  async reportFile(integration: string, vendor: string): Promise<void> {
    const receivedAt = new Date().toISOString();
    const recordKey = `contacts-${receivedAt}.csv`;
    const body = { integration, account: this.account, kind: 'file', recordKey, receivedAt };
    const { outcome } = await this.call<{ outcome: string }>('lena', 'POST', '/v1/cancellations/data-after-end', body);
    console.log(`  A file of ${vendor} still arrives: ${outcome}`);
  }

  /** Waits for a task of this kind. */
  async task(kind: string): Promise<Task> {
    return until(`the task ${kind} of ${this.account}`, async () =>
      (await this.tasks()).find((task) => task.kind === kind),
    );
  }

  /**
   * Olivia does a task as its page tells her.
   * @param meanwhile what happens after she claims it and before she completes it
   */
  async do(task: Task, meanwhile?: () => Promise<void>): Promise<void> {
    const { title, url, texts, fields } = task.content;
    if (task.state === 'escalated') await this.act('lena', task, 'return-to-team', { note: 'it works again' });
    if (task.assignee !== null && task.assignee !== 'olivia') await this.act('lena', task, 'assign', { to: 'olivia' });
    console.log(`  Olivia does the task: ${title}`);
    if (url) console.log(`      at ${url}`);
    for (const { label, value } of texts) console.log(`      ${label}: ${value}`);
    const asked = fields.filter(({ optional }) => !optional);
    await this.act('olivia', task, 'claim', {});
    await meanwhile?.();
    await this.act('olivia', task, 'complete', {
      answers: Object.fromEntries(asked.map((field) => [field.name, answerTo(field)])),
    });
  }

  act(who: 'olivia' | 'lena', task: Task, action: string, body: unknown): Promise<Task> {
    return this.call(who, 'POST', `/v1/tasks/${task.id}/${action}`, body);
  }

  /**
   * Plays the people until the cancellation is over, and prints the addresses of its workflows.
   * @throws StartError when an integration has not ended in this way
   */
  async playToEnd(end: string): Promise<void> {
    const { webUi, integrations } = await this.untilClosed();
    for (const { vendorName, state } of integrations)
      if (state !== end) throw new StartError(`${vendorName} of ${this.account} should be ${end}, and is ${state}`);
    console.log(`  See it in the console: ${this.service.consoleUrl}/cancellations/${this.id}`);
    console.log("  and in Temporal's Web UI:");
    for (const one of [{ webUi }, ...integrations])
      if (one.webUi) console.log(`  ${new URL(one.webUi, this.service.consoleUrl)}`);
  }

  /** Does the tasks, or only those of some kinds, until the cancellation is over. */
  async untilClosed(kinds?: string[]): Promise<Cancellation> {
    await until(`the end of ${this.account}`, async () => {
      if ((await this.show()).state === 'closed') return true;
      for (const task of await this.tasks()) if (kinds?.includes(task.kind) ?? true) await this.do(task);
      return false;
    });
    return this.show();
  }

  /** What has arrived at the mail server since the scene began. */
  mailTo(address: string): Promise<Mail> {
    return mailTo(this.service, address, this.begun);
  }

  failInCst(isFailing: boolean): Promise<void> {
    return failDemosDealer(this.service, isFailing);
  }

  async inSandbox(method: string, path: string, body: unknown): Promise<void> {
    await inSandbox(this.service, method, path, body);
  }

  private async tasks(): Promise<Task[]> {
    const path = `/v1/tasks?account=${this.account}`;
    const { tasks } = await this.call<{ tasks: Task[] }>('olivia', 'GET', path);
    // An interrupted run may have left one of an earlier cancellation.
    return tasks.filter(({ subject }) => subject === this.id);
  }

  private call<T>(...request: ApiRequest): Promise<T> {
    return callApi(this.service, ...request);
  }
}

function answerTo(field: Task['content']['fields'][number]): string | boolean {
  if (field.type === 'confirm') return true;
  if (field.type === 'choice') return field.choices![0]!.value;
  if (field.type === 'note') return 'The vendor has stopped its export';
  return `DEMO-${Math.floor(1000 + Math.random() * 9000)}`;
}
