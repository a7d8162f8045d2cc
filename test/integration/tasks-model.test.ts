import { fileURLToPath } from 'node:url';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tasks } from '../../db/schema/shared.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { type TaskPriority, type TaskState, taskPriorities } from '../../domain/shared/tasks.ts';
import { bundleOf, type RunningWorker, startWorker } from '../../worker/worker.ts';
import { eventually } from '../support/eventually.ts';
import { startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** Whatever people do to a task, in any order and over any number of runs, its workflow and its row are as this model says. */

interface Model {
  state: TaskState;
  assignee: string | null;
  priority: TaskPriority;
  followUpAt: string | null;
  followUpNote: string | null;
}
interface Real {
  workflowId: string;
  taskId: string;
}
type By = 'olivia' | 'oscar' | 'lena';
/** What a message makes of a task, or the type of its refusal. */
type Expected = Partial<Model> | string;

let service: TestService;
let worker: RunningWorker;
beforeAll(async () => {
  service = await startService({ withoutWorker: true });
  const { native: connection, namespace, dataConverter, outside } = service;
  const bundle = await bundleOf(fileURLToPath(new URL('../support/oneTaskWorkflow.ts', import.meta.url)));
  worker = await startWorker({ connection, namespace, dataConverter, outside, bundle });
});
afterAll(async () => {
  await worker.shutdown();
  await service.close();
});

const isOver = ({ state }: Model) => ['done', 'not_completed', 'closed'].includes(state);
const isTeamLead = (by: By) => by === 'lena';
const isAnothers = ({ assignee }: Model, by: By) => assignee !== null && assignee !== by;
const anothers = ({ state }: Model) => (state === 'claimed' ? 'claimed_by_another' : 'assigned_to_another');

function begins(model: Model, by: By, made: Partial<Model>): Expected {
  if (model.state === 'escalated') return 'wrong_state';
  return isAnothers(model, by) ? anothers(model) : made;
}
function arranges(model: Model, by: By, made: Partial<Model>): Expected {
  if (isTeamLead(by)) return made;
  return model.state === 'escalated' || isAnothers(model, by) ? 'team_leads_only' : made;
}

class Message implements fc.AsyncCommand<Model, Real> {
  readonly name: string;
  readonly by: By;
  readonly more: object;
  readonly expected: (model: Model) => Expected;

  constructor(name: string, by: By, more: object, expected: (model: Model) => Expected) {
    [this.name, this.by, this.more, this.expected] = [name, by, more, expected];
  }
  check = (model: Readonly<Model>) => !isOver(model);
  async run(model: Model, { workflowId, taskId }: Real): Promise<void> {
    const { name, by, more } = this;
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    const args: [object] = [{ taskId, by, teamLead: isTeamLead(by), expiresAt, ...more }];
    const answer = await service.client.workflow
      .getHandle(workflowId)
      .executeUpdate(name, { args })
      .then(
        () => 'taken',
        (error) => {
          if (!(error instanceof WorkflowUpdateFailedError)) throw error;
          return (error.cause as { type?: string }).type;
        },
      );
    const expected = this.expected(model);
    expect(answer).toBe(typeof expected === 'string' ? expected : 'taken');
    if (typeof expected === 'object') Object.assign(model, expected);
    await shows(taskId, model);
  }
  toString = () => `${this.name} ${JSON.stringify({ by: this.by, ...this.more })}`;
}

/** The workflow begins a new run. */
class NewRun implements fc.AsyncCommand<Model, Real> {
  check = (model: Readonly<Model>) => !isOver(model);
  async run(model: Model, { workflowId, taskId }: Real): Promise<void> {
    await startOver(service, workflowId);
    await shows(taskId, model);
  }
  toString = () => 'new run';
}

/** Somebody writes to the row: the next change of the task writes what the workflow knows. */
class ForgedRow implements fc.AsyncCommand<Model, Real> {
  check = (model: Readonly<Model>) => !isOver(model);
  async run(model: Model, { taskId }: Real): Promise<void> {
    const forged = { state: 'done', assignee: 'mallory', priority: 'urgent', followUpAt: new Date(0) } as const;
    await service.db.update(tasks).set(forged).where(eq(tasks.id, taskId));
    const [row] = await service.db.select().from(tasks).where(eq(tasks.id, taskId));
    await service.client.workflow.getHandle(row!.workflowId).executeUpdate('refreshTask', { args: [{ taskId }] });
    await shows(taskId, model);
  }
  toString = () => 'row forged and refreshed';
}

async function shows(taskId: string, model: Model): Promise<void> {
  const [row] = await service.db.select().from(tasks).where(eq(tasks.id, taskId));
  const { state, assignee, priority, followUpAt, followUpNote } = row!;
  expect({ state, assignee, priority, followUpAt: followUpAt?.toISOString() ?? null, followUpNote }).toEqual(model);
}

const by = fc.constantFrom<By>('olivia', 'oscar', 'lena');
const message = (name: string, expected: (model: Model, by: By) => Expected, more: object = {}) =>
  by.map((by) => new Message(name, by, more, (model) => expected(model, by)));
const followUps = fc.option(fc.record({ days: fc.integer({ min: -2, max: 70 }), note: fc.option(fc.constant('why')) }));

const noFollowUp = { followUpAt: null, followUpNote: null };

const commands = [
  message('claimTask', (model, by) => begins(model, by, { state: 'claimed', assignee: by, ...noFollowUp })),
  message('releaseTask', (model, by) =>
    model.state !== 'escalated' && model.assignee === null
      ? 'wrong_state'
      : begins(model, by, { state: 'open', assignee: null }),
  ),
  fc
    .tuple(by, by)
    .map(
      ([by, to]) =>
        new Message('assignTask', by, { to }, (model) =>
          arranges(
            model,
            by,
            model.state === 'claimed' && model.assignee === to ? {} : { state: 'open', assignee: to, ...noFollowUp },
          ),
        ),
    ),
  message('escalate', (model, by) => begins(model, by, { state: 'escalated', assignee: by, ...noFollowUp }), {
    reason: 'no login',
  }),
  message('returnToTeam', ({ state }) => (state === 'escalated' ? { state: 'open', ...noFollowUp } : 'wrong_state'), {
    note: 'x',
  }),
  message(
    'completeTask',
    (model, by) => {
      if (model.state !== 'claimed') return 'wrong_state';
      return isAnothers(model, by) ? 'claimed_by_another' : 'bad_answers';
    },
    { answers: {} },
  ),
  message(
    'completeTask',
    (model, by) => {
      if (model.state !== 'claimed') return 'wrong_state';
      return isAnothers(model, by) ? 'claimed_by_another' : { state: 'done', ...noFollowUp };
    },
    { answers: { submitted: true } },
  ),
  message(
    'closeNotCompleted',
    ({ state }) => (state === 'claimed' ? 'wrong_state' : { state: 'not_completed', ...noFollowUp }),
    {
      reason: 'x',
    },
  ),
  fc
    .tuple(by, fc.constantFrom(...taskPriorities))
    .map(
      ([by, priority]) => new Message('prioritizeTask', by, { priority }, (model) => arranges(model, by, { priority })),
    ),
  fc.tuple(by, followUps).map(([by, chosen]) => {
    const at = chosen && new Date(Date.now() + chosen.days * 86_400_000 - 3_600_000).toISOString();
    const note = chosen?.note ?? undefined;
    return new Message('followUpTask', by, { at, note }, (model) => {
      const made = arranges(model, by, { followUpAt: at, followUpNote: note ?? null });
      const possible = chosen === null || (chosen.days > 0 && chosen.days <= 61);
      return typeof made === 'string' || possible ? made : 'bad_follow_up';
    });
  }),
  fc.constant(new NewRun()),
  fc.constant(new ForgedRow()),
];

it('a task is as people made it, whatever they do in whatever order, over any number of runs', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 30, size: 'max' }), async (some) => {
      count += 1;
      const workflowId = `one-task-${count}`;
      await service.client.workflow.start('oneTask', { workflowId, taskQueue, args: [] });
      const { id: taskId } = await eventually(
        async () => (await service.db.select().from(tasks).where(eq(tasks.workflowId, workflowId)))[0],
      );
      const model: Model = { state: 'open', assignee: null, priority: 'normal', followUpAt: null, followUpNote: null };
      await fc.asyncModelRun(() => ({ model, real: { workflowId, taskId } }), some);
      if (isOver(model)) return;
      // Its scope is canceled, as by a withdrawal.
      const current = service.client.workflow.getHandle(workflowId);
      await current.cancel();
      expect(await current.result()).toMatchObject({ how: 'closed', reason: 'the test is over' });
      await shows(taskId, { ...model, state: 'closed', ...noFollowUp });
    }),
    { numRuns: 40, endOnFailure: true },
  );
});
