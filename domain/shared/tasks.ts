import { cleanIdentifier, cleanName, damageOf, nameProblem } from './identifiers.ts';
import type { Process } from './processes.ts';
import type { IntegrationName } from './vendors.ts';

/** Human tasks of every process: what a person is asked to do, and what they may answer. */

/** Who does the tasks of a kind: its lists, reminders and notices are this team's. */
export const teams = ['ops', 'feeds', 't2-support', 'integrations', 'sales', 'data'] as const;
export type Team = (typeof teams)[number];

/** Whose team lead hears of what concerns a process as a whole, such as an outside system that does not answer. */
export const processTeams: Record<Process, Team> = {
  cancellations: 'ops',
  feeds: 'feeds',
  pipelines: 'data',
  leads: 'integrations',
  inquiries: 'sales',
};

export function isTeam(name: string): name is Team {
  return (teams as readonly string[]).includes(name);
}

/** `open`: nobody has claimed it (an assignee may be named); `claimed`: the assignee does it now; `escalated`: it cannot be done, a team lead decides. */
export const taskStates = ['open', 'claimed', 'escalated', 'done', 'not_completed', 'closed'] as const;
export type TaskState = (typeof taskStates)[number];
export const openTaskStates: readonly TaskState[] = ['open', 'claimed', 'escalated'];

/** The most urgent first: lists are in this order. */
export const taskPriorities = ['urgent', 'high', 'normal', 'low'] as const;
export type TaskPriority = (typeof taskPriorities)[number];

/** A text to type into the vendor's page, ready to copy. */
interface TaskText {
  label: string;
  value: string;
  /** Only to be read: it goes into no page, so that it is not offered to copy. */
  isNote?: true;
  /** It names a person: only who works on tasks sees it, or may see such data. */
  isPersonal?: true;
}

/** What must be given to finish a task. */
export type TaskField =
  /** A number or name that somebody else has given, such as a ticket's. */
  | { name: string; label: string; type: 'text' }
  /** The person's own words, of at most `longestNote` characters. */
  | { name: string; label: string; type: 'note' }
  /** Any text on one line, such as a folder. What names a person is kept by the task's process, and no history has it. */
  | { name: string; label: string; type: 'line'; isPersonal?: true }
  /** Some of these words, or none. */
  | { name: string; label: string; type: 'list'; of: string[] }
  | { name: string; label: string; type: 'confirm' }
  | { name: string; label: string; type: 'choice'; choices: { value: string; label: string }[] };

const longestNote = 500;

/** What a person reads to do the task. */
export interface TaskWording {
  title: string;
  /** The vendor's page; absent where there is none. */
  url?: string;
  /** Other pages that are needed, such as the sheet with the credentials. */
  links?: { label: string; url: string }[];
  instructions: string[];
  texts: TaskText[];
}

/** All that a person needs to do the task. */
export interface TaskContent extends TaskWording {
  fields: TaskField[];
  /** What stays active, or ended, at the vendor when it is closed without completing. */
  ifNotCompleted: string;
  /** What is checked when it is claimed; absent where nothing is. */
  beforeClaim?: string;
  /** It usually takes days, so that what is typed is kept by the service and not by the browser. */
  spansDays?: boolean;
}

/** What a workflow knows of a task; its process adds what its texts are made of. */
export interface TaskFacts {
  process: Process;
  /** One of its process's catalog. */
  kind: string;
  /** What it is about, by the process's own ID, such as a cancellation's. */
  subject: string;
  account?: string;
  /** Of a task for several dealers, such as a list of Dealer IDs: each of them finds it. */
  accounts?: string[];
  integration?: IntegrationName;
  /** Why it was opened. */
  reason?: string;
}

/**
 * A kind of task, all in one place: each process has its own catalog of them.
 * @template Facts what the texts are made of
 * @template Guard the checks of its process that a task of this kind may need before it is claimed and while it is open
 */
export interface TaskEntry<Facts, Guard extends string = string> {
  content: (facts: Facts) => TaskWording;
  /** What must be given to finish it. */
  fields: (facts: Facts) => TaskField[];
  /** A sentence: what stays active, or ended, at the vendor when a team lead closes it without completing. */
  ifNotCompleted: (facts: Facts) => string;
  /** Its answers come days apart, such as a case's number and the confirmation of its end. */
  spansDays?: boolean;
  /** What shows that it was done, for the step's record, such as `ticket 12345`. */
  evidence: (answers: TaskAnswers) => string;
  /** Business days that the person has, at least 1. */
  dueBusinessDays: number;
  team: Team;
  guard?: Guard;
}

/** The values of a task's fields: a text, a note, words with commas or blanks between them, `true` for a confirmation, or one of the choices. */
export type TaskAnswers = Record<string, string | boolean>;

/** What a workflow is told of an answer that names a person. */
const keptElsewhere = 'kept in the record';

/** The answers as a workflow gets them; one that does not fit is empty, so that the workflow refuses it. */
export function withoutPersonal(fields: TaskField[], answers: TaskAnswers): TaskAnswers {
  const personal = fields.filter((field) => field.type === 'line' && field.isPersonal).map(({ name }) => name);
  const wrong = problemsWithAnswers(fields, answers).map(({ field }) => field);
  const told = (name: string) => (wrong.includes(name) ? '' : keptElsewhere);
  return Object.fromEntries(
    Object.entries(answers).map(([name, value]) => [name, personal.includes(name) ? told(name) : value]),
  );
}

/**
 * Checks a person's answers against the task's fields.
 * @returns one sentence per problem with the field's name; empty when the answers finish the task.
 */
export function problemsWithAnswers(fields: TaskField[], answers: TaskAnswers): { field: string; message: string }[] {
  const problems: { field: string; message: string }[] = [];
  for (const field of fields) {
    const message = problemWith(field, answers[field.name]);
    if (message !== undefined) problems.push({ field: field.name, message });
  }
  for (const name of Object.keys(answers)) {
    if (!fields.some((field) => field.name === name)) problems.push({ field: name, message: notAskedFor(fields) });
  }
  return problems;
}

/** Problems with answers, on one line; for callers of the API, who know the fields by their names. */
export function problemsInWords(problems: readonly { field: string; message: string }[]): string {
  return problems.map(({ field, message }) => `${field}: ${message}`).join(' ');
}

/** Of an answer to something else. */
export function notAskedFor(fields: TaskField[]): string {
  return `The task has no such field. Its fields: ${fields.map((field) => field.name).join(', ') || 'none'}.`;
}

/** A sentence with the field's label; many labels are sentences or questions themselves. */
function problemWith(field: TaskField, value: TaskAnswers[string] | undefined): string | undefined {
  const { label } = field;
  const wrong = wrongIn(field, value);
  if (wrong === undefined) return undefined;
  return field.type === 'text' ? `${label} ${wrong}.` : `“${label}” ${wrong}.`;
}

function wrongIn(field: TaskField, value: TaskAnswers[string] | undefined): string | undefined {
  if (field.type === 'confirm') return problemWithConfirmation(value);
  if (field.type === 'list') return problemWithList(field.of, value ?? '');
  if (field.type === 'note' || field.type === 'line')
    return problemWithNote(typeof value === 'string' ? cleanName(value) : '');
  const text = typeof value === 'string' ? cleanIdentifier(value) : '';
  if (field.type === 'text') return text === '' ? 'is missing' : damageOf(text);
  const known = field.choices.map((choice) => choice.value);
  if (text === '') return 'has no answer: choose one';
  return known.includes(text) ? undefined : `must be one of ${known.join(', ')}`;
}

function problemWithConfirmation(value: TaskAnswers[string] | undefined): string | undefined {
  if (value === true) return undefined;
  return value === undefined || value === false
    ? 'must be confirmed'
    : 'must be confirmed: the answer is true, or none';
}

function problemWithNote(text: string): string | undefined {
  if (text === '') return 'is missing';
  // As the API's description counts: one for each code point.
  const { length } = [...text];
  if (length > longestNote) return `has ${length} characters, and may have ${longestNote}`;
  return nameProblem(text) ?? undefined;
}

/** How many words that do not belong there a message names, and how much of each. */
const [mostNamed, mostOfEach] = [5, 40];

function problemWithList(of: readonly string[], value: TaskAnswers[string]): string | undefined {
  if (typeof value !== 'string') return 'must be a text with commas between the words';
  const known = new Set(of);
  const unknown = [...listedIn(value)].filter((word) => !known.has(word));
  if (unknown.length === 0) return undefined;
  const some = unknown.slice(0, mostNamed).map((word) => JSON.stringify(word.slice(0, mostOfEach)));
  const more = unknown.length > mostNamed ? ` and ${unknown.length - mostNamed} more` : '';
  return `has ${some.join(', ')}${more}, not in the list of this task`;
}

/** The words of a list that a person has typed or pasted, with commas, semicolons or blanks between them. */
export function listedIn(text: string): Set<string> {
  return new Set(
    text
      .split(/[\s,;]+/)
      .map(cleanIdentifier)
      .filter(Boolean),
  );
}

/** A field that only has to be confirmed. */
export function confirm(name: string, label: string): TaskField {
  return { name, label, type: 'confirm' };
}

/** What somebody else has written, for a text on one line. */
export function oneLine(text: string): string {
  return cleanName(text.replace(/\p{Cc}/gu, ' '));
}

/** What an entry of a catalog says of a task with these facts. */
export function contentOf<Facts>(
  { content, fields, ifNotCompleted, spansDays }: TaskEntry<Facts>,
  facts: Facts,
): TaskContent {
  return {
    ...content(facts),
    fields: fields(facts),
    ifNotCompleted: ifNotCompleted(facts),
    ...(spansDays && { spansDays }),
  };
}
