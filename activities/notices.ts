import { and, eq } from 'drizzle-orm';
import { people, tasks } from '../db/schema.ts';
import { type NoticeTopic, noAnswerMail, noticeMail, stoppedMail } from '../domain/noticeTexts.ts';
import type { IntegrationName } from '../domain/vendors.ts';
import type { Context } from './context.ts';
import { mailEach, peopleWithRole } from './mailPeople.ts';

/** Mails to our own people. Each has a business key, so that an activity that runs twice sends it once. */

const forLeads: readonly NoticeTopic[] = ['cannot-do', 'with-lead', 'escalated'];
/** A task that nobody has claimed is the whole team's. */
const forItsPerson: readonly NoticeTopic[] = ['assigned', 'closed', 'due-soon', 'late', 'escalated'];

export function noticeActivities(context: Context) {
  const { db } = context.database;
  return {
    /** Tells those whom the topic concerns about a task. */
    async notify({ taskId, topic, key }: { taskId: string; topic: NoticeTopic; key: string }): Promise<void> {
      const [task] = await db.select().from(tasks).where(eq(tasks.id, taskId));
      if (!task) return;
      const text = noticeMail(topic, {
        title: task.content.title,
        dealerName: task.dealerName,
        dueAt: task.dueAt,
        because: task.because,
        assignee: task.assignee,
        link: context.consoleUrl && `${context.consoleUrl}/tasks/${taskId}`,
      });
      const [assignee] = task.assignee
        ? await db
            .select()
            .from(people)
            .where(and(eq(people.id, task.assignee), eq(people.active, true)))
        : [];
      // A task whose person has left is the team's too.
      const own = assignee ? [assignee] : await peopleWithRole(context, 'ops');
      const leads = forLeads.includes(topic) ? await peopleWithRole(context, 'lead') : [];
      const all = [...(forItsPerson.includes(topic) ? own : []), ...leads];
      await mailEach(context, [...new Map(all.map((person) => [person.id, person])).values()], key, text);
    },

    /** An outside system has not answered for days. */
    async tellOfNoAnswer({ system, days, date }: { system: string; days: number; date: string }): Promise<void> {
      await mailEach(
        context,
        await peopleWithRole(context, 'lead'),
        `no-answer/${system}/${date}`,
        noAnswerMail({ system, days }),
      );
    },

    /** An integration's workflow was stopped from outside. */
    async tellOfStop({
      key,
      ...facts
    }: {
      account: string;
      integration: IntegrationName;
      because: string;
      key: string;
    }): Promise<void> {
      await mailEach(context, await peopleWithRole(context, 'lead'), key, stoppedMail(facts));
    },
  };
}
