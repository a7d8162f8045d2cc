import { z } from 'zod';
import { commentsAmong } from '../../../db/queries/comments.ts';
import { namesOfDealers } from '../../../db/queries/dealers.ts';
import { eventsOfTask } from '../../../db/queries/events.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { listTasks, type TaskRow } from '../../../db/queries/tasks.ts';
import { followUpTime } from '../../../domain/shared/businessDays.ts';
import { longestFollowUpDays } from '../../../domain/shared/followUp.ts';
import { cleanName } from '../../../domain/shared/identifiers.ts';
import { AccountId, PersonId, TaskAnswersSchema, TaskId, Words } from '../../../domain/shared/inputs.ts';
import { sortOrders, taskSorts } from '../../../domain/shared/taskLists.ts';
import { isOfTeam } from '../../../domain/shared/taskRules.ts';
import { openTaskStates, taskPriorities, taskStates, withoutPersonal } from '../../../domain/shared/tasks.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, QueryBoolean, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { Time } from '../../server/time.ts';
import { assertActivePerson, assertMember } from './activePerson.ts';
import { Comment } from './comments.ts';
import { IntegrationName } from './integrationName.ts';
import { TeamName } from './people.ts';
import { shownTo, takeAnswers } from './personalAnswers.ts';
import { ProcessName } from './processName.ts';
import { dealerTables, type ProcessModules } from './processParts.ts';
import { cursorOfTasks } from './taskCursor.ts';
import { sendTaskUpdate, type TaskAndTime, task, taskFor, taskForTeamLead, taskToArrange } from './taskUpdates.ts';
import { filterOfView, ownId, TaskView } from './taskViews.ts';

const when = Time.nullable();
export const TaskState = z.enum(taskStates).meta({ id: 'TaskState' });
export const TaskPriority = z.enum(taskPriorities).meta({ id: 'TaskPriority' });
const Choice = z.object({ value: z.string(), label: z.string() }).meta({ id: 'TaskFieldChoice' });
const Field = z
  .object({
    name: z.string(),
    label: z.string(),
    type: z.enum(['text', 'note', 'line', 'list', 'confirm', 'choice']).meta({
      id: 'TaskFieldType',
      description:
        'What is answered: a text, such as a number; a note, in the person’s own words; a line, any text on one line; some words of `of` with commas or blanks between them, or none; true; a value of `choices`',
    }),
    isPersonal: z
      .boolean()
      .optional()
      .describe('It names a person: the task’s process keeps it, and shows it nowhere else'),
    of: z.array(z.string()).optional(),
    choices: z.array(Choice).optional(),
  })
  .meta({ id: 'TaskField' });
const Text = z
  .object({
    label: z.string(),
    value: z.string(),
    isNote: z.boolean().optional().describe('Only to be read: it is typed nowhere'),
    isPersonal: z
      .boolean()
      .optional()
      .describe('It names a person: shown with the scope tasks:write, feeds:write or contacts:read only'),
  })
  .meta({ id: 'TaskText' });
const Link = z.object({ label: z.string(), url: z.string() }).meta({ id: 'TaskLink' });
const Content = z
  .object({
    title: z.string(),
    url: z.string().optional(),
    links: z.array(Link).optional().describe('Other pages that are needed'),
    instructions: z.array(z.string()),
    texts: z.array(Text),
    fields: z.array(Field),
    ifNotCompleted: z
      .string()
      .describe('What stays active, or ended, at the vendor when a team lead closes it without completing'),
    beforeClaim: z.string().optional().describe('What is checked when it is claimed'),
    spansDays: z
      .boolean()
      .optional()
      .describe('Its answers come days apart: keep them with `PUT /v1/tasks/{id}/draft`'),
  })
  .meta({ id: 'TaskContent' });

const Answers = z.record(z.string(), z.union([z.string(), z.boolean()]));
const taskShape = z.object({
  id: z.uuid(),
  process: ProcessName,
  subject: z.string().describe('What it is about, by the ID that its process gives it, such as a cancellation’s'),
  kind: z.string().describe('What is to be done, by the code that its process gives it, such as `cdk-case`'),
  team: TeamName,
  account: z.string().nullable(),
  dealerName: z.string().nullable(),
  timeZone: z.string().describe('The dealer’s, IANA name: its dates are meant there'),
  integration: IntegrationName.nullable(),
  state: TaskState,
  assignee: z.string().nullable(),
  priority: TaskPriority,
  followUpAt: when.describe('When it returns to the current lists; it is for later until then'),
  followUpNote: z.string().nullable().describe('Why it was put off'),
  openedAt: when,
  dueAt: when,
  claimedAt: when,
  closedAt: when,
  closedBy: z.string().nullable(),
  reason: z.string().nullable(),
  answers: Answers.nullable(),
  guard: z.string().nullable().describe('What is checked before it can be claimed, such as `gate`'),
  content: Content,
});
export const Task = taskShape.meta({ id: 'Task' });
const TaskPage = pageSchema('TaskPage', { tasks: z.array(Task) });

const TaskEvent = z
  .object({ at: when, by: z.string(), action: z.string(), detail: z.string().nullable() })
  .meta({ id: 'TaskEvent' });
export const TaskDraft = z
  .object({ answers: Answers, by: z.string(), at: Time })
  .meta({ id: 'TaskDraft', description: 'What its person has typed so far; it may be incomplete' });
const TaskCorrectionRecord = z
  .object({
    at: Time,
    by: z.string(),
    reason: z.string(),
    changes: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
  })
  .meta({ id: 'TaskCorrectionRecord' });
const TaskWithEvents = taskShape
  .extend({
    draft: TaskDraft.nullable().describe(
      'For the task’s team only: whoever takes the task over has it too; null once the task has ended',
    ),
    dealers: z
      .array(z.object({ account: z.string(), dealerName: z.string().nullable() }))
      .describe('Of a task for several dealers; else empty'),
    corrections: z.array(TaskCorrectionRecord).describe('By team leads, the oldest first'),
    comments: z.array(Comment).describe('The oldest first; they are among the events too'),
    events: z.array(TaskEvent),
  })
  .meta({ id: 'TaskWithEvents' });

const Id = z.object({ id: TaskId });
const Empty = z.strictObject({}).meta({ id: 'EmptyBody' }).nullish();
const reason = Words(500);
const Assignment = z.strictObject({ to: PersonId.describe('A person’s ID') }).meta({ id: 'TaskAssignment' });
const Completion = z
  .strictObject({ answers: TaskAnswersSchema.describe('One per field of the task') })
  .meta({ id: 'TaskCompletion' });
const Escalation = z.strictObject({ reason }).meta({ id: 'TaskEscalation' });
const TaskReturn = z.strictObject({ note: reason }).meta({ id: 'TaskReturn' });
const NotCompleted = z.strictObject({ reason }).meta({ id: 'TaskNotCompleted' });
const Prioritization = z.strictObject({ priority: TaskPriority }).meta({ id: 'TaskPrioritization' });
const FollowUp = z
  .strictObject({
    on: z.iso
      .date()
      .nullable()
      .describe(
        `The business day on which it returns, in the morning of the task’s time zone: after today there, and at most ${longestFollowUpDays} days away. Null returns it now`,
      ),
    note: reason.optional().describe('Why, for the audit trail and the mail of that morning; only with a date'),
  })
  .refine(({ on, note }) => on !== null || note === undefined, {
    path: ['note'],
    message: 'goes with a date: leave it out, or add it as a comment',
  })
  .meta({ id: 'TaskFollowUp' });
/** One `state` in a query string comes as text, several as an array. */
const states = z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(TaskState).max(20));

/** People's tasks: see, take and finish them. */
export function taskRoutes(modules: ProcessModules) {
  return (app: App, options: ApiOptions) => routes(app, options, modules);
}

async function routes(app: App, options: ApiOptions, modules: ProcessModules): Promise<void> {
  const tables = dealerTables(options, modules);
  const tags = ['tasks'];
  const { db } = options.database;

  app.get(
    '/v1/tasks',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listTasks',
        summary: 'Tasks, the most urgent first unless `sort` is given; the open ones unless a state is named',
        querystring: z
          .strictObject({
            view: TaskView.optional(),
            state: states.optional(),
            assignee: PersonId.optional().describe('A person’s ID, or `me`'),
            team: TeamName.optional(),
            integration: IntegrationName.optional(),
            account: AccountId.optional(),
            search: z
              .string()
              .overwrite(cleanName)
              .min(1)
              .max(100)
              .optional()
              .describe('Each word must be in a dealer’s name or ID, upper or lower case'),
            overdue: QueryBoolean.optional().describe('Only those that are past their due date'),
            sort: z
              .enum(taskSorts)
              .default('priority')
              .describe(
                'What orders them: `priority`, then the due date; `assignee` by the person’s name. Equal ones are ordered by their due date; those without a value come last in either order',
              ),
            order: z.enum(sortOrders).default('asc').describe('`asc`: the first, earliest or most urgent first'),
            ...pageQuery,
          })
          .refine(({ view, state }) => !view || !state, {
            path: ['state'],
            message: 'cannot be combined with view, which names the states itself: leave one of the two out',
          }),
        response: { 200: TaskPage },
        problems: [422],
      },
    },
    async ({ query, caller }) => {
      const { view, state, assignee, team, integration, account, search, overdue, sort, order } = query;
      const filters = [
        view ? filterOfView(view, caller!) : {},
        {
          states: state,
          assignee: assignee === 'me' ? ownId(caller!, 'query assignee') : assignee,
          teams: team && [team],
          ...{ integration, account, search, overdue },
        },
      ];
      const { items, nextCursor } = await readPage(query, {
        place: cursorOfTasks(sort, order),
        read: (after, limit) => listTasks(db, filters, { sort, order, after, limit }),
        placeOf: ({ place }) => ['tasks', sort, order, ...place],
      });
      return { tasks: items.map((item) => shownTo(caller!, item)), nextCursor };
    },
  );

  app.get(
    '/v1/tasks/:id',
    {
      config: { scope: ['read', 'tasks:write'] },
      schema: {
        tags,
        operationId: 'getTask',
        summary: 'A task with all that its person needs',
        params: Id,
        response: { 200: TaskWithEvents },
        problems: [404],
      },
    },
    async ({ params, caller }) => {
      const row = shownTo(caller!, await task(options, params.id));
      const events = await eventsOfTask(db, params.id);
      const corrections = (row.corrections ?? []).map((one) => ({ ...one, at: new Date(one.at) }));
      const accounts = row.accounts ?? [];
      const names = await namesOfDealers(db, tables, accounts);
      const dealers = accounts.map((account) => ({ account, dealerName: names.get(account) ?? null }));
      // What is not said yet is for those who may have to say it.
      const draft = isOfTeam(caller!, row.team) ? draftOf(row) : null;
      return { ...row, dealers, corrections, draft, comments: commentsAmong(events), events };
    },
  );

  const config = { scope: 'tasks:write' } as const;
  const schemaOf = <Body extends z.ZodType>(operationId: string, summary: string, body: Body) => ({
    tags,
    operationId,
    summary,
    params: Id,
    body,
    response: { 200: Task },
    problems: [404, 409, 422] as const,
  });

  app.post(
    '/v1/tasks/:id/claim',
    { config, schema: schemaOf('claimTask', 'Claim a task: nobody else may complete it then', Empty) },
    async ({ params, caller }) => {
      const by = person(caller);
      const found = await taskFor(options, caller, params.id);
      return sendTaskUpdate(options, found, 'claimTask', { by, teamLead: found.teamLead });
    },
  );

  app.post(
    '/v1/tasks/:id/assign',
    { config, schema: schemaOf('assignTask', 'Assign a task to a member of its team', Assignment) },
    async ({ params, body: { to }, caller }) => {
      const found = await taskToArrange(options, caller, params.id, 'assignTask');
      assertMember(await assertActivePerson(db, to, '/to'), found.task.team, '/to');
      return sendTaskUpdate(options, found, 'assignTask', { by: caller!.id, to, teamLead: found.teamLead });
    },
  );

  app.post(
    '/v1/tasks/:id/release',
    { config, schema: schemaOf('releaseTask', 'Release a task: any member of its team may claim it then', Empty) },
    async ({ params, caller }) => {
      const by = person(caller);
      const found = await taskFor(options, caller, params.id);
      return sendTaskUpdate(options, found, 'releaseTask', { by, teamLead: found.teamLead });
    },
  );

  app.post(
    '/v1/tasks/:id/complete',
    { config, schema: schemaOf('completeTask', 'The task is done', Completion) },
    async ({ params, body: { answers }, caller }) => {
      const by = person(caller);
      const found = await taskFor(options, caller, params.id);
      const said = { by, answers: withoutPersonal(found.task.content.fields, answers), teamLead: found.teamLead };
      await takeAnswers(options, modules, found.task, { said, answers });
      return sendTaskUpdate(options, found, 'completeTask', said);
    },
  );

  app.post(
    '/v1/tasks/:id/escalate',
    { config, schema: schemaOf('escalateTask', 'It cannot be done: the team lead decides', Escalation) },
    async ({ params, body, caller }) => {
      const by = person(caller);
      const found = await taskFor(options, caller, params.id);
      return sendTaskUpdate(options, found, 'escalate', { by, reason: body.reason, teamLead: found.teamLead });
    },
  );

  app.post(
    '/v1/tasks/:id/return-to-team',
    {
      config,
      schema: schemaOf('returnTaskToTeam', 'Team leads: it can be done, and returns to who escalated it', TaskReturn),
    },
    async ({ params, body, caller }) => {
      const found = await taskForTeamLead(options, caller, params.id);
      return sendTaskUpdate(options, found, 'returnToTeam', { by: caller!.id, note: body.note });
    },
  );

  app.post(
    '/v1/tasks/:id/priority',
    { config, schema: schemaOf('prioritizeTask', 'How urgent a task is', Prioritization) },
    async ({ params, body: { priority }, caller }) => {
      const found = await taskToArrange(options, caller, params.id, 'prioritizeTask');
      return sendTaskUpdate(options, found, 'prioritizeTask', { by: caller!.id, priority, teamLead: found.teamLead });
    },
  );

  app.post(
    '/v1/tasks/:id/follow-up',
    {
      config,
      schema: {
        ...schemaOf('followUpTask', 'Put a task off until a date: it returns by itself', FollowUp),
        description:
          'Nobody is reminded of the task until that morning. When somebody else than the team lead puts off a task that is past its due date, the team lead is told by mail, each time.',
      },
    },
    async ({ params, body: { on, note }, caller }) => {
      const found = await taskToArrange(options, caller, params.id, 'followUpTask');
      const at = on && followUpOf(on, found).toISOString();
      const said = { by: caller!.id, at, note, teamLead: found.teamLead };
      return sendTaskUpdate(options, found, 'followUpTask', said);
    },
  );

  app.post(
    '/v1/tasks/:id/close-not-completed',
    { config, schema: schemaOf('closeTaskNotCompleted', 'Team leads: close it without completing it', NotCompleted) },
    async ({ params, body, caller }) => {
      const found = await taskForTeamLead(options, caller, params.id);
      return sendTaskUpdate(options, found, 'closeNotCompleted', { by: caller!.id, reason: body.reason });
    },
  );
}

/** What the people of an open task have typed so far, if they have kept anything. */
export function draftOf({ state, draftAnswers: answers, draftBy: by, draftAt: at }: TaskRow) {
  return openTaskStates.includes(state) && answers && by && at ? { answers, by, at } : null;
}

/** @throws Problem 403 for a system */
export function person(caller: Caller | null): string {
  if (caller?.personId) return caller.personId;
  throw new Problem(
    403,
    'not-a-person',
    'Tasks are done by people: use an API key that belongs to a person (personId).',
  );
}

/** @throws Problem 422 */
function followUpOf(on: string, { task, now }: TaskAndTime): Date {
  const found = followUpTime(on, now, task.timeZone);
  if ('at' in found) return found.at;
  throw new Problem(422, 'invalid-request', `The follow-up date ${found.problem}.`, {
    errors: [{ path: '/on', message: found.problem }],
  });
}
