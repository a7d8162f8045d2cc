import { z } from 'zod';
import { addComment, mostComments, saveDraft } from '../../../db/queries/taskNotes.ts';
import { TaskAnswersSchema, TaskId, Words } from '../../../domain/shared/inputs.ts';
import { problemsWithDraft } from '../../../domain/shared/taskNotes.ts';
import { taskRules } from '../../../domain/shared/taskRules.ts';
import { openTaskStates, problemsInWords } from '../../../domain/shared/tasks.ts';
import { noticeWorkflow } from '../../../domain/shared/workflowStarts.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { startOnce } from '../../server/startOnce.ts';
import { draftOf, person, TaskComment, TaskDraft } from './tasks.ts';
import { refusal, task, taskFor } from './taskUpdates.ts';

const NewDraft = z
  .strictObject({ answers: TaskAnswersSchema.describe('By the task’s fields; all that is kept') })
  .meta({ id: 'NewTaskDraft' });
const longestComment = 2_000;
const NewComment = z.strictObject({ text: Words(longestComment) }).meta({ id: 'NewTaskComment' });

/** What people write beside a task's answers; neither is a decision, so that no workflow hears of it. */
export async function taskNoteRoutes(app: App, options: ApiOptions): Promise<void> {
  const tags = ['tasks'];
  const config = { scope: 'tasks:write' } as const;
  const { db } = options.database;

  app.put(
    '/v1/tasks/:id/draft',
    {
      config,
      schema: {
        tags,
        operationId: 'saveTaskDraft',
        summary: 'Keep what is typed so far, for whoever has claimed the task; it replaces the draft before',
        params: z.object({ id: TaskId }),
        body: NewDraft,
        response: { 200: TaskDraft },
        problems: [404, 409, 422],
      },
    },
    async ({ params, body: { answers }, caller }) => {
      const by = person(caller);
      const { task: found } = await taskFor(options, caller, params.id);
      // Who may finish the task may keep a draft.
      const refused = taskRules.completeTask(found, { by });
      if (refused) throw refusal(refused.type, refused.message);
      const problems = problemsWithDraft(found.content.fields, answers);
      if (problems.length > 0)
        throw refusal('bad_answers', `The draft was not kept. ${problemsInWords(problems)}`, problems);
      const saved = await saveDraft(db, { taskId: found.id, by, answers });
      if (saved) return draftOf(saved)!;
      const lost = taskRules.completeTask(await task(options, params.id), { by });
      throw refusal(lost?.type ?? 'wrong_state', lost?.message ?? 'The task has just changed: send the draft again.');
    },
  );

  app.put(
    '/v1/tasks/:id/comments/:commentId',
    {
      config,
      schema: {
        tags,
        operationId: 'addTaskComment',
        summary: 'Comment on a task, also on one that has ended; a comment is never changed',
        description: `The caller makes the comment’s ID, a new UUID: the same comment again is one. A task has at most ${mostComments}. Whoever has the task hears by mail that somebody else commented.`,
        params: z.object({ id: TaskId, commentId: z.uuid().toLowerCase() }),
        body: NewComment,
        response: { 200: TaskComment },
        problems: [404, 409],
      },
    },
    async ({ params: { id, commentId }, body: { text }, caller }) => {
      const { task: found } = await taskFor(options, caller, id);
      const { id: by, keyId } = caller!;
      const added = await addComment(db, { commentId, task: found, by, keyId, text });
      if (added === 'taken') {
        const detail = `There is another comment with the ID ${commentId}: choose a new UUID for each comment.`;
        throw new Problem(409, 'conflict', detail);
      }
      if (added === 'full') {
        const detail = `The task has ${mostComments} comments, and takes no more.`;
        throw new Problem(409, 'conflict', detail);
      }
      const { assignee, state } = found;
      if (assignee && assignee !== by && openTaskStates.includes(state)) {
        // Neither the mail nor a history has the comment's text: it is in the audit trail only.
        const key = `comment/${commentId}`;
        const notice = { about: 'task', key, taskId: found.id, topic: 'commented', person: assignee } as const;
        // When Temporal does not answer, the caller is told to send the comment again: it is one, and its mail leaves then.
        await startOnce(options, 'sendNotice', noticeWorkflow(notice));
      }
      return { id: commentId, at: added.at, by, text };
    },
  );
}
