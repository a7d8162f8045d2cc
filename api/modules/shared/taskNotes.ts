import { z } from 'zod';
import { saveDraft } from '../../../db/queries/taskNotes.ts';
import { TaskAnswersSchema, TaskId } from '../../../domain/shared/inputs.ts';
import { problemsWithDraft } from '../../../domain/shared/taskNotes.ts';
import { problemsInWords } from '../../../domain/shared/tasks.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { aboutComments, Comment, CommentId, comment, mailAssignees, NewCommentBody } from './comments.ts';
import { draftOf, person, TaskDraft } from './tasks.ts';
import { refusal, refusedByRules, task, taskFor } from './taskUpdates.ts';

const NewDraft = z
  .strictObject({
    answers: TaskAnswersSchema.describe('By the task’s fields; all that is kept'),
    base: z.iso
      .datetime()
      .nullable()
      .optional()
      .describe(
        'The `at` of the draft that this one continues, or null where there was none: nothing is kept when another one was saved since. Without it, it replaces whatever there is.',
      ),
  })
  .meta({ id: 'NewTaskDraft' });

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
    async ({ params, body: { answers, base }, caller }) => {
      const by = person(caller);
      const { task: found } = await taskFor(options, caller, params.id);
      // Who may finish the task may keep a draft.
      const refused = await refusedByRules(options, 'completeTask', found, { by });
      if (refused) throw refused;
      const problems = problemsWithDraft(found.content.fields, answers);
      if (problems.length > 0)
        throw refusal('bad_answers', `The draft was not kept. ${problemsInWords(problems)}`, problems);
      const saved = await saveDraft(db, {
        taskId: found.id,
        by,
        answers,
        base: typeof base === 'string' ? new Date(base) : base,
      });
      if (saved) return draftOf(saved)!;
      const lost = await refusedByRules(options, 'completeTask', await task(options, params.id), { by });
      if (lost) throw lost;
      throw new Problem(
        409,
        'draft-replaced',
        'Another draft of this task was saved meanwhile. Read the task, then decide.',
      );
    },
  );

  app.put(
    '/v1/tasks/:id/comments/:commentId',
    {
      config,
      schema: {
        tags,
        operationId: 'addTaskComment',
        summary: 'Comment on a task, also on one that has ended',
        description: `${aboutComments} People of other teams may comment too. The assignee is notified by mail of others’ comments.`,
        params: z.object({ id: TaskId, commentId: CommentId }),
        body: NewCommentBody,
        response: { 200: Comment },
        problems: [404, 409],
      },
    },
    async ({ params: { id, commentId }, body: { text }, caller }) => {
      const found = await task(options, id);
      const { process, subject, account, integration: vendor } = found;
      const about = { process, subject, taskId: found.id, account, vendor };
      const added = await comment(options, caller!, 'task', { commentId, about, text });
      await mailAssignees(options, added, 'commented', [found]);
      return added;
    },
  );
}
