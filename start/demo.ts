import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './runProgram.ts';
import { StartError } from './startError.ts';

/** `npm run demo`: walks every procedure through on the running `npm start`, playing the people. */

interface Task {
  id: string;
  kind: string;
  state: string;
  content: {
    title: string;
    url?: string;
    texts: { label: string; value: string }[];
    fields: { name: string; type: string; choices?: { value: string }[] }[];
  };
}
interface Step {
  key: string;
  title: string;
  state: string;
  by?: string;
  proof?: string;
  waitingOn?: string;
}
interface Cancellation {
  id: string;
  state: string;
  webUi?: string;
  integrations: { vendor: string; state: string; because: string | null; webUi?: string; steps: Step[] }[];
}

interface Service {
  url: string;
  keys: { offboarding: string; olivia: string; lena: string };
  cst: { url: string; token: string };
}

const scenes: {
  title: string;
  account: string;
  body?: Record<string, unknown>;
  play?: (stage: Stage) => Promise<void>;
}[] = [
  { title: 'Reynolds & Reynolds CRM: no action, and the record says why', account: 'D-1302' },
  { title: 'DealerSocket: group question by Salesforce’s parent, then the form', account: 'D-1001' },
  {
    title: 'DealerSocket: group question by CST’s names',
    account: 'D-1002',
    body: { reason: 'vendor_change', integration: 'crm/dealersocket' },
  },
  { title: 'VinSolutions: Vin Event Stream by CST, and the portal ticket', account: 'D-1103' },
  {
    title: 'VinSolutions: CST fails for this Dealer ID, a person lets it run again',
    account: 'D-1104',
    play: failOnce,
  },
  { title: 'Elead: the mail', account: 'D-1201' },
  { title: 'CDK: the gate, the case, the clean-up in CST', account: 'D-1402' },
  { title: 'CDK of an Active parent: refused', account: 'D-1401' },
  { title: 'DealerVault: both feeds', account: 'D-1501' },
  {
    title: 'DealerVault of an Active parent: waits, goes on when it is cancelled',
    account: 'D-1502',
    body: { whenActive: 'wait' },
    play: becomeCancelled,
  },
  { title: 'Reynolds & Reynolds direct: the gate, then no action', account: 'D-1601' },
  { title: 'A task that cannot be done goes to the lead, who gives it back', account: 'D-1003', play: askTheLead },
  {
    title: 'Withdrawn when part 1 was done: a task to set it up again',
    account: 'D-1105',
    body: { integrations: ['crm/vinsolutions'] },
    play: withdrawLate,
  },
  { title: 'Several vendors at once: one wait never holds another', account: 'D-1703' },
];

/** One scene as it is played: the cancellation, and what its people and systems do. */
class Stage {
  readonly service: Service;
  readonly account: string;
  id = '';
  private readonly shown = new Set<string>();

  constructor(service: Service, account: string) {
    this.service = service;
    this.account = account;
  }

  async call<T>(
    who: keyof Service['keys'],
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.service.keys[who]}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as T & { detail?: string };
    if (!response.ok) throw new StartError(`${method} ${path} was answered ${response.status}: ${answer.detail}`);
    return answer;
  }

  async start(body: Record<string, unknown> = {}): Promise<void> {
    const request = { account: this.account, reason: 'subscription_cancelled', ...body };
    const started = await this.call<{ id: string }>('offboarding', 'POST', '/v1/cancellations', request, {
      'idempotency-key': randomUUID(),
    });
    this.id = started.id;
  }

  view(): Promise<Cancellation> {
    return this.call('offboarding', 'GET', `/v1/cancellations/${this.id}`);
  }

  /** Prints each step that has changed since. */
  async show(): Promise<Cancellation> {
    const view = await this.view();
    for (const { vendor, steps, state, because } of view.integrations) {
      for (const step of steps) {
        if (step.state === 'next' || step.state === 'running') continue;
        const how =
          step.state === 'waiting'
            ? `waits for ${step.waitingOn}`
            : `${step.state.replace('_', ' ')}${step.by ? ` by ${step.by}` : ''}`;
        this.once(`  ${vendor} · ${step.title}: ${how}${step.proof ? ` (${step.proof})` : ''}`);
      }
      if (!['running', 'waiting'].includes(state))
        this.once(`  ${vendor}: ${state.replace('_', ' ')}${because ? `, because ${because}` : ''}`);
    }
    return view;
  }

  once(line: string): void {
    if (!this.shown.has(line)) console.log(line);
    this.shown.add(line);
  }

  async task(kind?: string, state = 'open'): Promise<Task> {
    return until(`a task ${kind ?? ''} of ${this.account}`, async () => {
      const { tasks } = await this.call<{ tasks: Task[] }>(
        'olivia',
        'GET',
        `/v1/tasks?account=${this.account}&state=${state}`,
      );
      return tasks.find((task) => !kind || task.kind === kind);
    });
  }

  /** Olivia does a task as its page tells her. */
  async do(task: Task): Promise<void> {
    console.log(`  Olivia: "${task.content.title}"${task.content.url ? ` at ${task.content.url}` : ''}`);
    const answers = Object.fromEntries(
      task.content.fields
        .filter((field) => !/failed/.test(field.name))
        .map((field) => [field.name, answerTo(field)] as const),
    );
    await this.call('olivia', 'POST', `/v1/tasks/${task.id}/claim`, {});
    await this.call('olivia', 'POST', `/v1/tasks/${task.id}/complete`, { answers });
  }

  async toTheEnd(): Promise<void> {
    await until(`the end of ${this.account}`, async () => {
      const view = await this.show();
      if (view.state === 'closed') return true;
      const { tasks } = await this.call<{ tasks: Task[] }>(
        'olivia',
        'GET',
        `/v1/tasks?account=${this.account}&state=open`,
      );
      for (const task of tasks) await this.do(task);
      return false;
    });
    const view = await this.show();
    console.log(`  ${view.webUi ?? ''}`);
    for (const { webUi } of view.integrations) console.log(`  ${webUi ?? ''}`);
  }

  async inCst(method: string, path: string, body: unknown): Promise<void> {
    const { url, token } = this.service.cst;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new StartError(`The sandbox answered ${method} ${path} with ${response.status}`);
  }
}

function answerTo(field: Task['content']['fields'][number]): string | boolean {
  if (field.type === 'confirm') return true;
  if (field.type === 'choice') return field.choices![0]!.value;
  return `DEMO-${Math.floor(1000 + Math.random() * 9000)}`;
}

async function failOnce(stage: Stage): Promise<void> {
  await stage.inCst('PUT', '/sandbox/faults', { cst: { failingDealerIds: ['555204'] } });
  await stage.start();
  await stage.task('vin-event-stream-failed');
  await stage.show();
  await stage.inCst('PUT', '/sandbox/faults', { cst: { failingDealerIds: [] } });
}

async function becomeCancelled(stage: Stage): Promise<void> {
  await stage.inCst('PATCH', '/sandbox/accounts/P-400', { effectiveStatus: 'Active' });
  await stage.start({ whenActive: 'wait' });
  await until('the gate', async () => (await stage.show()).integrations[0]?.state === 'waiting');
  console.log('  It would look again tomorrow; the demo does not wait a day and withdraws it.');
  await stage.call('offboarding', 'POST', `/v1/cancellations/${stage.id}/withdraw`, {
    because: 'the demo is not patient',
  });
}

async function askTheLead(stage: Stage): Promise<void> {
  await stage.start();
  const task = await stage.task('dealersocket-form');
  await stage.call('olivia', 'POST', `/v1/tasks/${task.id}/claim`, {});
  await stage.call('olivia', 'POST', `/v1/tasks/${task.id}/cannot-do`, { because: 'the vendor’s page does not load' });
  await stage.show();
  console.log('  Lena, lead: it works again, please do it');
  await stage.call('lena', 'POST', `/v1/tasks/${task.id}/send-back`, { note: 'it works again' });
}

async function withdrawLate(stage: Stage): Promise<void> {
  await stage.start({ integrations: ['crm/vinsolutions'] });
  await until('part 1', async () => (await stage.show()).integrations[0]?.steps[0]?.state === 'done');
  console.log('  The customer stays: withdrawn');
  await stage.call('offboarding', 'POST', `/v1/cancellations/${stage.id}/withdraw`, { because: 'the customer stays' });
  await stage.do(await stage.task('set-up-again'));
}

async function until<T>(what: string, look: () => Promise<T | false | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    const found = await look();
    if (found) return found;
  }
  throw new StartError(`Waited 60 seconds for ${what}, in vain`);
}

/** @throws StartError when `npm start` has not run here */
function runningService(): Service {
  const folder = process.env.DEALEROPS_DATA_DIR || '.dealerops';
  try {
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const { ports } = read('settings.json');
    const { apiKeys, cstToken } = read('keys.json');
    return {
      url: `http://127.0.0.1:${ports.api}`,
      keys: apiKeys,
      cst: { url: `http://127.0.0.1:${ports.cst}`, token: cstToken },
    };
  } catch {
    throw new StartError(
      `Nothing to show it on: run npm start first, in another terminal (it keeps its addresses in ${folder})`,
    );
  }
}

await runProgram(async () => {
  const service = runningService();
  await fetch(`${service.url}/readyz`).catch(() => {
    throw new StartError(`npm start does not answer at ${service.url}: run it in another terminal`);
  });
  for (const [index, { title, account, body, play }] of scenes.entries()) {
    console.log(`\n${index + 1}. ${title} (dealer ${account})`);
    const stage = new Stage(service, account);
    if (play) await play(stage);
    else await stage.start(body);
    await stage.toTheEnd();
  }
  console.log(`\nAll ${scenes.length} procedures have come to their end.`);
});
