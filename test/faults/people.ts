import { setTimeout as sleep } from 'node:timers/promises';
import type { StepProgress } from '../../domain/cancellations/cancellations.ts';
import type { TestApi } from '../support/api.ts';
import type { TestService } from '../support/service.ts';

interface Task {
  id: string;
  kind: string;
  state: string;
  content: {
    texts: { label: string; value: string }[];
    fields: { name: string; type: string; optional?: boolean; choices?: { value: string }[] }[];
  };
}

export interface Cancellation {
  id: string;
  account: string;
  state: string;
  integrations: { integration: string; state: string; steps: StepProgress[] }[];
}

/** Starts a cancellation as the offboarding system must: the same call again, with the same key, until it is taken. */
export async function startSurely(api: TestApi, account: string): Promise<string> {
  const key = `fault/${account}`;
  for (const deadline = Date.now() + 120_000; ; await sleep(500)) {
    const { status, body } = await api.start({ account }, key);
    if (status === 202) return body.id;
    if (status !== 503 || Date.now() > deadline) throw new Error(`${account}: ${status} ${JSON.stringify(body)}`);
  }
}

/**
 * Plays ops until these cancellations are closed: what is refused or not answered meanwhile is done again.
 * @returns the cancellations as they are then
 */
export async function playUntilClosed(
  api: TestApi,
  { sandbox }: TestService,
  ids: readonly string[],
  { within = 480_000 } = {},
): Promise<Cancellation[]> {
  const answerTo = (task: Task, field: Task['content']['fields'][number]) => {
    if (field.type === 'confirm') return true;
    if (field.type === 'text') return 'T-1';
    // The person looks whether the mail has arrived.
    const subject = task.content.texts.find((text) => text.label === 'Subject')?.value;
    const arrived = sandbox.smtp.messages.some((mail) => mail.subject === subject);
    if (task.kind === 'elead-mail-unknown') return arrived ? 'accepted' : 'send_again';
    return field.choices![0]!.value;
  };
  const play = async (task: Task) => {
    const fields = task.content.fields.filter((field) => !field.optional);
    const answers = Object.fromEntries(fields.map((field) => [field.name, answerTo(task, field)] as const));
    if (task.state === 'open') await api.post('olivia', `/v1/tasks/${task.id}/claim`);
    await api.post('olivia', `/v1/tasks/${task.id}/complete`, { answers });
  };
  for (const deadline = Date.now() + within; ; await sleep(500)) {
    const open = await api.get<{ tasks: Task[] }>('olivia', '/v1/tasks?state=open&state=claimed&limit=100');
    if (open.status === 200) await Promise.all(open.body.tasks.map(play));
    const list = await api.get<{ cancellations: Cancellation[] }>('reader', '/v1/cancellations?limit=100');
    const found = list.status === 200 ? list.body.cancellations.filter(({ id }) => ids.includes(id)) : [];
    const left = ids.filter((id) => found.find((one) => one.id === id)?.state !== 'closed');
    if (left.length === 0) return found;
    if (Date.now() > deadline) {
      const where = found.filter(({ id }) => left.includes(id)).map((one) => JSON.stringify(one.integrations));
      throw new Error(`not ended within ${within} ms: ${left.length} of ${ids.length}: ${where.slice(0, 3).join(' ')}`);
    }
  }
}
