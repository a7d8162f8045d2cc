import { DateTime } from 'luxon';
import { type Process, processTitles } from './processes.ts';
import { sentenceCase } from './words.ts';

/** Mails to our own people. */

const openings = {
  assigned: 'This task was assigned to you.',
  returned: 'The team lead returned this task to you: do it as the note says, or escalate it again.',
  reassigned:
    'This task is no longer yours: it was assigned to somebody else, or is unassigned now. Please stop working on it.',
  'due-soon': 'This task is due soon.',
  late: 'This task is late.',
  'follow-up': 'The follow-up date of this task has come: it is on the to-do list again.',
  'put-off':
    'This late task was put off, and nobody is reminded of it before its follow-up date. If it cannot wait until then, change the date or assign the task to another person.',
  commented: 'Somebody else commented on this task.',
  'process-commented': 'Somebody else commented on what this task belongs to: the task’s page leads there.',
  overdue:
    'This task is late by more than a business day. Its assignee, or the whole team if it is unclaimed, and the team lead get this mail each business day until it is done.',
  escalated:
    'The assignee says that this task cannot be done. As the team lead, return it to the assignee, assign it to another person, or close it without completing it.',
  'still-escalated':
    'This task still waits for the team lead: return it to the assignee, assign it to another person, or close it without completing it.',
  closed:
    'This task was closed: please stop. If you had already begun, tell the team lead; a task to check comes to the list.',
  'not-completed':
    'A team lead has closed this task without completing it: please stop working on it. If you have already done it, tell the team lead.',
  stopped:
    'This task was closed: its process has ended, was stopped in Temporal, or failed. Please stop working on it. If you have already done it, tell the team lead. If it is not done and still needed, tell the team lead too, who has the process started again.',
} as const;

export type NoticeTopic = keyof typeof openings;

export interface NoticeFacts {
  title: string;
  dealerName: string | null;
  dueAt: Date;
  /** The dealer's, IANA name. */
  timeZone: string;
  reason: string | null;
  /** When it returns to the current lists. */
  followUpAt: Date | null;
  /** What was said with the follow-up date. */
  followUpNote: string | null;
  assignee: string | null;
  /** The task's page in the console. */
  link?: string;
}

/** The mail's subject (one line) and text. */
export function noticeMail(topic: NoticeTopic, facts: NoticeFacts): { subject: string; body: string } {
  const words = {
    assigned: 'For you',
    returned: 'Returned to you',
    reassigned: 'No longer yours',
    'due-soon': 'Due soon',
    late: 'Late',
    'follow-up': 'Follow up',
    'put-off': 'Late and put off',
    commented: 'New comment',
    'process-commented': 'New comment',
    overdue: 'Overdue',
    escalated: 'Cannot be done',
    'still-escalated': 'Waits for the team lead',
    closed: 'Closed',
    'not-completed': 'Closed without completing',
    stopped: 'Stopped',
  };
  const lines = [
    openings[topic],
    '',
    `Task: ${facts.title}`,
    facts.dealerName && `Dealer: ${facts.dealerName}`,
    `Due: ${localTime(facts.dueAt, facts.timeZone)}`,
    topic === 'put-off' && facts.followUpAt && `Put off until: ${localTime(facts.followUpAt, facts.timeZone)}`,
    facts.assignee && `Assignee: ${facts.assignee}`,
    facts.reason && `${topic === 'returned' ? 'Note from the team lead' : 'Reason'}: ${facts.reason}`,
    facts.followUpNote && `Follow-up: ${facts.followUpNote}`,
    facts.link && `\n${facts.link}`,
  ];
  const subject = `${words[topic]}: ${facts.title}`.replace(/[\r\n]+/g, ' ');
  return { subject, body: `${lines.filter((line) => typeof line === 'string').join('\n')}\n` };
}

/** Such as `Friday, November 27, 2026, 5:00 PM CST`, for people who may be in another time zone than the dealer. */
function localTime(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).setLocale('en-US').toFormat('cccc, LLLL d, yyyy, h:mm a ZZZZ');
}

/** For the team leads: an outside system has not given what is needed. */
export function outageMail({ process, system, days }: { process: Process; system: string; days: number }) {
  const title = processTitles[process];
  return {
    subject: `${title} wait for ${system}: ${days} ${days === 1 ? 'day' : 'days'}`,
    body: `${title} wait for ${system}: it does not answer, rejects this service, or has an account record that cannot be used (another mail names the account). They continue automatically within an hour after that is corrected. The Web UI shows which ones wait: Process = "${process}" and WaitingOn.\n`,
  };
}

/** For the team leads: work waits until somebody enters or corrects an account. @param message says what is wrong and what to do */
export function unusableAccountMail({
  process,
  account,
  message,
}: {
  process: Process;
  account: string;
  message: string;
}) {
  const title = processTitles[process];
  return {
    subject: `Correct account ${account}: ${title.toLowerCase()} wait for it`,
    body: `${message}\n\n${title} that wait for it continue automatically within minutes after the correction.\n`,
  };
}

/** For the team leads: the mail server did not accept our mail. It leaves when it does again. */
export function mailRejectedMail({ since, reason }: { since: Date; reason: string }) {
  return {
    subject: 'Mail was held up: the mail server rejected this service',
    body: `From ${since.toISOString()} on, the mail server rejected the mail of this service. It said: ${reason}\n\nMail to vendors and people waited and leaves now. If this happens again, whoever runs the service must check the mail account, the sender's address and the account's limits.\n`,
  };
}

/** For the team leads, about a workflow as a whole. @param text what happened, and what to do */
export function workflowMail({
  about,
  process,
  title,
  text,
}: {
  about: 'stopped' | 'escalated' | 'ended';
  process: Process;
  title: string;
  text: string;
}) {
  return { subject: `${sentenceCase(about)}: ${title}`, body: `${text}\n\nProcess: ${processTitles[process]}\n` };
}
