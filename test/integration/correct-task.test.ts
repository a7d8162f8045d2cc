import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOfTask } from '../../db/queries/events.ts';
import { tasks } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  type IntegrationProgress,
  integrationWorkflowId,
  reinstateWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerOf, refusalOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { dealerWith, startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** A team lead corrects a wrong fact: the task, the step and the trail say the same, wherever the process is. */

const name = 'crm/vinsolutions';
const dealers = Array.from({ length: 30 }, (_, index) => dealerWith(`K-${100 + index}`, name));
let service: TestService;
let api: TestApi;
beforeAll(async () => {
  for (const dealer of dealers) dealer.integrations.push({ kind: 'dms', vendor: 'cdk', dealerId: `CDK${dealer.id}` });
  service = await startService({ dealers });
  api = await apiOf(service);
});
beforeEach(() => service.sandbox.reset());
afterAll(async () => {
  await api?.close();
  await replayAndClose(service);
});

let next = 0;
const newDealer = () => {
  const account = dealers[next++]!.id;
  return { account, dealer: dealerOf(service, account), workflowId: integrationWorkflowId(name, account) };
};
type Dealer = ReturnType<typeof dealerOf>;

const submit = (dealer: Dealer) => dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
const correct = (taskId: string, ticketNumber: string, reason = 'wrong digit') =>
  api.post<{ detail?: string; answers: object }>('lena', `/v1/tasks/${taskId}/correct`, {
    answers: { ticketNumber },
    reason,
  });
const stepIn = ({ steps }: Pick<IntegrationProgress, 'steps'>, taskId: string) =>
  steps.find((step) => step.taskId === taskId);
/** Of the step in the tables. */
const evidence = async (dealer: Dealer, id: string, taskId: string) =>
  stepIn((await dealer.progress(id, name))!, taskId)?.evidence;
/** As a workflow knows it. */
const known = async (workflowId: string, taskId: string) =>
  stepIn(await service.client.workflow.getHandle(workflowId).query<IntegrationProgress>('progress'), taskId)?.evidence;
const rowOf = async (taskId: string) => (await service.db.select().from(tasks).where(eq(tasks.id, taskId)))[0]!;
const corrections = async (taskId: string) =>
  (await eventsOfTask(service.db, taskId)).filter(({ action }) => action.startsWith('Task corrected'));
const isRunning = async (workflowId: string) =>
  (await service.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';

/** VinSolutions' part 2 is done, and part 1 waits for a person, since CST takes no change. */
async function waitingForList() {
  service.sandbox.faults.cst.readOnly = true;
  const of = newDealer();
  const { id, ended } = await of.dealer.cancel([name]);
  const task = await submit(of.dealer);
  const list = await eventually(async () =>
    (await service.db.select().from(tasks).where(eq(tasks.kind, 'vin-event-stream'))).find(
      ({ state, accounts }) => state === 'open' && accounts?.includes(of.account),
    ),
  );
  const endList = async () => {
    await of.dealer.say(list, 'claimTask', { by: 'olivia' });
    await of.dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
  };
  return { ...of, id, ended, task, list, endList };
}

describe('a correction', () => {
  it('while a later step waits changes the task and the step, and stays with all that comes later', async () => {
    const { dealer, id, ended, task, endList, workflowId } = await waitingForList();
    await eventually(async () => (await evidence(dealer, id, task.id)) === 'ticket T-1');
    expect(await correct(task.id, 'T-2')).toMatchObject({
      status: 200,
      body: { state: 'done', closedBy: 'olivia', answers: { ticketNumber: 'T-2', done: true } },
    });
    expect(await evidence(dealer, id, task.id)).toBe('ticket T-2');
    expect(await known(workflowId, task.id)).toBe('ticket T-2');
    expect(await corrections(task.id)).toMatchObject([
      {
        by: 'lena',
        subject: id,
        vendor: name,
        action: expect.stringMatching(/^Task corrected: Ask VinSolutions/),
        detail: `wrong digit (The portal ticket's number: "T-1" is now "T-2")`,
      },
    ]);
    await endList();
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(await evidence(dealer, id, task.id)).toBe('ticket T-2');
    expect((await rowOf(task.id)).answers).toEqual({ ticketNumber: 'T-2', done: true });
  });

  it('in a later run of the workflow, which has the step but not the task, stays in the runs after it', async () => {
    const { dealer, id, ended, task, endList, workflowId } = await waitingForList();
    await startOver(service, workflowId);
    expect((await correct(task.id, 'T-2')).status).toBe(200);
    expect(await known(workflowId, task.id)).toBe('ticket T-2');
    await startOver(service, workflowId);
    expect(await known(workflowId, task.id)).toBe('ticket T-2');
    expect((await correct(task.id, 'T-3')).status).toBe(200);
    await endList();
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(await evidence(dealer, id, task.id)).toBe('ticket T-3');
    expect((await corrections(task.id)).map(({ detail }) => detail)).toEqual([
      `wrong digit (The portal ticket's number: "T-1" is now "T-2")`,
      `wrong digit (The portal ticket's number: "T-2" is now "T-3")`,
    ]);
  });

  it('that is being written when the last step ends is awaited by the workflow', async () => {
    const { dealer, id, ended, task, endList, workflowId } = await waitingForList();
    const corrected = await service.db.transaction(async (tx) => {
      // Nobody can write the task's row.
      await tx.select().from(tasks).where(eq(tasks.id, task.id)).for('update');
      const answer = correct(task.id, 'T-2');
      const handle = service.client.workflow.getHandle(workflowId);
      await eventually(async () =>
        (await handle.describe()).raw.pendingActivities?.some(
          ({ activityType }) => activityType?.name === 'correctTask',
        ),
      );
      await endList();
      await eventually(async () => (await dealer.progress(id, name))?.state === 'ended');
      expect(await isRunning(workflowId)).toBe(true);
      return { answer };
    });
    expect((await corrected.answer).status).toBe(200);
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(await evidence(dealer, id, task.id)).toBe('ticket T-2');
    expect(await corrections(task.id)).toHaveLength(1);
  });

  it('right at the end is neither lost nor half done, whether the workflow still takes it or not', async () => {
    const several = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { dealer } = newDealer();
        const { id, ended } = await dealer.cancel([name]);
        await eventually(async () => (await dealer.progress(id, name))?.steps[0]?.state === 'done');
        return { dealer, id, ended };
      }),
    );
    for (const { dealer, id, ended } of several) {
      const task = await submit(dealer);
      expect(await correct(task.id, 'T-2')).toMatchObject({ status: 200, body: { answers: { ticketNumber: 'T-2' } } });
      expect(await ended()).toEqual({ [name]: 'ended' });
      expect(await evidence(dealer, id, task.id)).toBe('ticket T-2');
      expect((await rowOf(task.id)).answers).toMatchObject({ ticketNumber: 'T-2' });
      expect(await corrections(task.id)).toHaveLength(1);
    }
  });

  it('after the end, and while a new cancellation of the integration runs, changes the old one only', async () => {
    const { dealer, workflowId } = newDealer();
    const first = await dealer.cancel([name]);
    const task = await submit(dealer);
    await first.ended();
    expect((await correct(task.id, 'T-2')).status).toBe(200);
    expect(await evidence(dealer, first.id, task.id)).toBe('ticket T-2');
    const { version, updatedAt } = (await dealer.progress(first.id, name))!;

    const second = await dealer.cancel([name]);
    expect(second.id).not.toBe(first.id);
    await dealer.task('vinsolutions-portal');
    expect(await isRunning(workflowId)).toBe(true);
    expect((await correct(task.id, 'T-3')).status).toBe(200);
    expect(await dealer.progress(first.id, name)).toMatchObject({ version, updatedAt });
    expect(await evidence(dealer, first.id, task.id)).toBe('ticket T-3');
    expect(await corrections(task.id)).toHaveLength(2);
    const later = await submit(dealer);
    await second.ended();
    expect(await evidence(dealer, second.id, later.id)).toBe('ticket T-1');
    expect(await evidence(dealer, first.id, task.id)).toBe('ticket T-3');
  });

  it('is not undone when what had ended is reinstated, and can be made while it is', async () => {
    const { account, dealer, workflowId } = newDealer();
    const { id, ended } = await dealer.cancel([name, 'dms/cdk']);
    await dealer.task('cdk-case');
    const task = await submit(dealer);
    await eventually(async () => !(await isRunning(workflowId)));
    // The dealer's workflow goes on, and has the step as it was.
    expect((await correct(task.id, 'T-2')).status).toBe(200);
    await dealer.withdraw('the customer stays', { integrations: [name], of: id });
    await dealer.task('reinstate');
    const reinstating = reinstateWorkflowId(name, account);
    expect(await known(reinstating, task.id)).toBe('ticket T-2');
    expect(await evidence(dealer, id, task.id)).toBe('ticket T-2');
    expect((await correct(task.id, 'T-3')).status).toBe(200);
    expect(await known(reinstating, task.id)).toBe('ticket T-3');
    await startOver(service, reinstating);
    await startOver(service, cancellationWorkflowId(account));
    await dealer.reinstate();
    await eventually(async () => (await dealer.progress(id, name))?.state === 'withdrawn');
    expect(await evidence(dealer, id, task.id)).toBe('ticket T-3');
    await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
    expect(await ended()).toEqual({ [name]: 'withdrawn', 'dms/cdk': 'ended' });
    expect(await corrections(task.id)).toHaveLength(2);
  });

  it('that comes too late, of a task that is not done or not known, is refused by the workflow', async () => {
    const { dealer, task, list, endList, ended } = await waitingForList();
    const said = { by: 'lena', answers: { ticketNumber: 'T-2' }, reason: 'wrong digit' };
    const past = new Date(Date.now() - 1_000);
    expect(await refusalOf(dealer.say(task, 'correctTask', said, past))).toBe('expired');
    expect(await refusalOf(dealer.say({ ...task, id: 'another' }, 'correctTask', said))).toBe('task_not_found');
    expect(await refusalOf(dealer.say(list, 'correctTask', said))).toBe('wrong_state');
    // Only an error of ours would send it: the decision stays.
    const decision = { ...said, answers: { done: 'no' } };
    expect(await refusalOf(dealer.say(task, 'correctTask', decision))).toBe('wrong_state');
    expect((await rowOf(task.id)).answers).toEqual({ ticketNumber: 'T-1', done: true });
    expect(await corrections(task.id)).toEqual([]);
    await endList();
    await ended();
  });
});
