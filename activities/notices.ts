import { eq, inArray } from 'drizzle-orm';
import { queueMail } from '../db/outbox.ts';
import { people, tasks } from '../db/schema.ts';
import { type NoticeTopic, noticeMail } from '../domain/noticeTexts.ts';
import type { Context } from './context.ts';
import { sendMail } from './mail.ts';

type About = { taskId: string };

/** Mails to our own people. Nobody is held up by one that is lost: the next reminder comes. */

export async function mailPerson(
  context: Context,
  personId: string,
  key: string,
  topic: NoticeTopic,
  about: About,
): Promise<void> {
  const found = await context.database.db.select().from(people).where(eq(people.id, personId));
  await mailAbout(context, found, key, topic, about);
}

/** To everybody of ops: the task is nobody's yet. */
export async function mailTeam(context: Context, key: string, topic: NoticeTopic, about: About): Promise<void> {
  const found = await context.database.db.select().from(people).where(eq(people.role, 'ops'));
  await mailAbout(context, found, key, topic, about);
}

export async function mailLeads(context: Context, key: string, topic: NoticeTopic, about: About): Promise<void> {
  const found = await context.database.db
    .select()
    .from(people)
    .where(inArray(people.role, ['lead']));
  await mailAbout(context, found, key, topic, about);
}

async function mailAbout(
  context: Context,
  to: (typeof people.$inferSelect)[],
  key: string,
  topic: NoticeTopic,
  { taskId }: About,
): Promise<void> {
  const [task] = await context.database.db.select().from(tasks).where(eq(tasks.id, taskId));
  if (!task) return;
  const link = context.consoleUrl && `${context.consoleUrl}/tasks/${taskId}`;
  const text = noticeMail(topic, {
    title: task.content.title,
    dealerName: task.dealerName,
    dueAt: task.dueAt,
    because: task.because,
    assignee: task.assignee,
    link,
  });
  await mailAll(context, to, key, text);
}

async function mailAll(
  context: Context,
  to: { id: string; email: string }[],
  key: string,
  text: { subject: string; body: string },
): Promise<void> {
  const { db } = context.database;
  for (const person of to) {
    const businessKey = `${key}/${person.id}`;
    await queueMail(db, { businessKey, kind: 'reminder', to: person.email, ...text });
    await sendMail({ db, mailer: context.mailer }, businessKey);
  }
}

export function noticeActivities(context: Context) {
  return {
    /** An outside system has not answered for days. */
    async tellLeads({
      account,
      what,
      days,
      key,
    }: {
      account: string;
      what: string;
      days: number;
      key: string;
    }): Promise<void> {
      const leads = await context.database.db.select().from(people).where(eq(people.role, 'lead'));
      const subject = `No answer for ${days} ${days === 1 ? 'day' : 'days'}: ${what}`;
      const body = `The cancellation of dealer ${account} waits for an answer of ${what}. It goes on by itself when the system answers.\n`;
      await mailAll(context, leads, key, { subject, body });
    },
  };
}
