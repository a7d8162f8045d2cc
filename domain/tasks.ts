/** Human tasks: what a person is asked to do, and what they may answer. */

/** `open`: nobody has begun (an assignee may be named); `claimed`: the assignee does it now; `with_lead`: it cannot be done, a lead decides. */
export const taskStates = ['open', 'claimed', 'with_lead', 'done', 'not_done', 'closed'] as const;
export type TaskState = (typeof taskStates)[number];
export const openTaskStates: readonly TaskState[] = ['open', 'claimed', 'with_lead'];

/** What a person is asked for; each kind has its text in `taskTexts.ts`. */
export const taskKinds = [
  'dealersocket-form',
  'vinsolutions-portal',
  'vin-event-stream',
  'vin-event-stream-failed',
  'elead-mail-by-hand',
  'elead-mail-unknown',
  'cdk-case',
  'cdk-clean-up',
  'dealervault-sales',
  'dealervault-service',
  'set-up-again',
] as const;
export type TaskKind = (typeof taskKinds)[number];

/** A text to type into the vendor's page, ready to copy. */
interface TaskText {
  label: string;
  value: string;
}

/** What must be given to finish a task. */
export type TaskField =
  | { name: string; label: string; type: 'text'; pattern?: string; optional?: boolean }
  | { name: string; label: string; type: 'confirm' }
  | { name: string; label: string; type: 'choice'; choices: { value: string; label: string }[] };

/** All that a person needs to do the task. */
export interface TaskContent {
  title: string;
  /** The vendor's page; absent where there is none. */
  url?: string;
  instructions: string[];
  texts: TaskText[];
  fields: TaskField[];
}

/** The values of a task's fields: a text, `true` for a confirmation, or one of the choices. */
export type TaskAnswers = Record<string, string | boolean>;

/**
 * Checks a person's answers against the task's fields.
 * @returns one message per problem with the field's name; empty when the answers finish the task.
 */
export function problemsWithAnswers(fields: TaskField[], answers: TaskAnswers): { field: string; message: string }[] {
  const problems: { field: string; message: string }[] = [];
  for (const field of fields) {
    const value = answers[field.name];
    if (field.type === 'confirm') {
      if (value !== true) problems.push({ field: field.name, message: `${field.label}: must be confirmed with true` });
    } else if (field.type === 'text' && field.optional && (value === undefined || value === '')) {
    } else if (typeof value !== 'string' || value.trim() === '') {
      problems.push({ field: field.name, message: `${field.label}: is missing` });
    } else if (field.type === 'choice' && !field.choices.some((choice) => choice.value === value)) {
      const known = field.choices.map((choice) => choice.value).join(', ');
      problems.push({ field: field.name, message: `${field.label}: must be one of ${known}` });
    } else if (field.type === 'text' && field.pattern && !new RegExp(field.pattern, 'u').test(value.trim())) {
      problems.push({ field: field.name, message: `${field.label}: does not look right (expected ${field.pattern})` });
    }
  }
  for (const name of Object.keys(answers)) {
    if (!fields.some((field) => field.name === name)) {
      const known = fields.map((field) => field.name).join(', ') || 'none';
      problems.push({ field: name, message: `is not asked for; the fields are: ${known}` });
    }
  }
  return problems;
}
