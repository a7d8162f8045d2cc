import { eq } from 'drizzle-orm';
import { timeOf } from '../../db/clock.ts';
import { type FinalMail, moveMail, queueMail } from '../../db/queries/outbox.ts';
import { findPerson, type Person, teamMembers, whoIsTold } from '../../db/queries/people.ts';
import { tasks } from '../../db/schema/shared.ts';
import { isStillTrue, type Notice } from '../../domain/shared/notices.ts';
import {
  type NoticeTopic,
  noticeMail,
  outageMail,
  unusableAccountMail,
  workflowMail,
} from '../../domain/shared/noticeTexts.ts';
import { processTeams, type Team } from '../../domain/shared/tasks.ts';
import type { Context } from './context.ts';
import { sendOutgoing } from './outgoingMail.ts';
import { startNotice } from './startNotice.ts';

/** Mails to our own people. Each has a business key, so that an activity that runs twice sends it once. */

const forTeamLeads: readonly NoticeTopic[] = ['escalated', 'still-escalated', 'overdue', 'put-off'];
/** A task that nobody has claimed is its whole team's. */
const forItsPerson: readonly NoticeTopic[] = [
  'assigned',
  'returned',
  'reassigned',
  'closed',
  'not-completed',
  'stopped',
  'due-soon',
  'late',
  'overdue',
  'follow-up',
  'commented',
  'process-commented',
];

/** One notice to one of our people. */
interface Addressed {
  notice: Notice;
  to: string;
}

const businessKey = ({ notice, to }: Addressed) => `${notice.key}/${to}`;

export function noticeActivities(context: Pick<Context, 'database' | 'temporal' | 'mailer' | 'consoleUrl'>) {
  const { db } = context.database;
  const taskOf = async (taskId: string) => (await db.select().from(tasks).where(eq(tasks.id, taskId)))[0];

  const idsOf = (found: { id: string }[]) => found.map(({ id }) => id);

  async function recipients(notice: Notice): Promise<string[]> {
    if (notice.about !== 'task') return idsOf(await whoIsTold(db, processTeams[notice.process]));
    const { topic } = notice;
    const task = await taskOf(notice.taskId);
    if (!task) return [];
    const person = await findActive(notice.person ?? task.assignee);
    const told = [
      ...(forItsPerson.includes(topic) ? (person ? [person] : await wholeTeam(task.team)) : []),
      ...(forTeamLeads.includes(topic) ? await whoIsTold(db, task.team) : []),
    ];
    return [...new Set(idsOf(told))].filter((id) => id !== notice.notTo);
  }

  /** Of a task that is nobody's, or whose person has left; somebody must hear of it also where the team has no members. */
  async function wholeTeam(team: Team): Promise<Person[]> {
    const members = await teamMembers(db, team);
    return members.length > 0 ? members : whoIsTold(db, team);
  }

  async function findActive(id: string | null): Promise<Person | undefined> {
    const person = id === null ? undefined : await findPerson(db, id);
    return person?.active ? person : undefined;
  }

  async function nameOf(id: string | null): Promise<string | null> {
    return id && ((await findPerson(db, id))?.name ?? id);
  }

  async function textOf(notice: Notice): Promise<{ subject: string; body: string } | undefined> {
    if (notice.about === 'no-answer') return outageMail(notice);
    if (notice.about === 'account') return unusableAccountMail(notice);
    if (notice.about !== 'task') return workflowMail(notice);
    const task = await taskOf(notice.taskId);
    if (!task) return undefined;
    return noticeMail(notice.topic, {
      title: task.content.title,
      dealerName: task.dealerName,
      dueAt: task.dueAt,
      timeZone: task.timeZone,
      reason: task.reason,
      followUpAt: task.followUpAt,
      followUpNote: task.followUpNote,
      assignee: await nameOf(task.assignee),
      link: context.consoleUrl && `${context.consoleUrl}/tasks/${task.id}`,
    });
  }

  /** Also of whom it concerns: a task that was late may be another's now. */
  async function stillTrue({ notice, to }: Addressed): Promise<boolean> {
    if (notice.about === 'task' && !isStillTrue(notice, await taskOf(notice.taskId), await timeOf(db))) return false;
    return (await recipients(notice)).includes(to);
  }

  async function drop(addressed: Addressed, why: string): Promise<FinalMail> {
    await moveMail(db, businessKey(addressed), ['queued', 'sending'], 'dropped', why);
    return { state: 'dropped', answer: why };
  }

  return {
    /** @returns the IDs of the people whom a notice concerns now */
    recipientsOf: (notice: Notice): Promise<string[]> => recipients(notice),

    /** Mails a notice to one person, unless it is not true any more when the mail server is ready for it. */
    async mailNotice(addressed: Addressed): Promise<FinalMail> {
      const { notice, to } = addressed;
      const key = businessKey(addressed);
      const person = await findActive(to);
      const text = await textOf(notice);
      if (!person || !text || !(await stillTrue(addressed))) return drop(addressed, notTrueAnyMore);
      await queueMail(db, { businessKey: key, kind: 'reminder', to: person.email, ...text });
      return sendOutgoing(context, key, async () => {
        if (await stillTrue(addressed)) return true;
        await drop(addressed, notTrueAnyMore);
        return false;
      });
    },

    /** The mail could not be sent for so long that it is given up. */
    dropNotice: (addressed: Addressed): Promise<FinalMail> => drop(addressed, 'could not be sent for a day'),

    /** Tells those whom the topic concerns about a task. */
    notify: (notice: { taskId: string; topic: NoticeTopic; key: string; person?: string }): Promise<void> =>
      startNotice(context.temporal, { about: 'task', ...notice }),
  };
}

const notTrueAnyMore = 'not true any more when it could be sent';
