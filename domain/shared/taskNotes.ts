import { notAskedFor, type TaskAnswers, type TaskField } from './tasks.ts';

/**
 * Checks what a person has typed so far: it may be incomplete, and is not judged before the task is finished with it.
 * @returns one sentence per problem with the field's name; empty when it can be kept
 */
export function problemsWithDraft(fields: TaskField[], answers: TaskAnswers): { field: string; message: string }[] {
  return Object.entries(answers).flatMap(([name, value]) => {
    const field = fields.find((one) => one.name === name);
    if (!field) return [{ field: name, message: notAskedFor(fields) }];
    const type = field.type === 'confirm' ? 'boolean' : 'string';
    if (typeof value === type) return [];
    return [
      {
        field: name,
        message: `“${field.label}” must be ${type === 'boolean' ? 'true or false' : 'a text'} in a draft.`,
      },
    ];
  });
}
