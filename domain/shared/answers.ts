import type { TaskAnswers, TaskField } from './tasks.ts';

/** A person's answers as the record shows them, by the labels of the task's fields; one that no field asks for by its name. */
export function answersInWords(fields: TaskField[], answers: TaskAnswers): { label: string; value: string }[] {
  return Object.entries(answers).map(([name, answer]) => {
    const field = fields.find((one) => one.name === name);
    const choice = field?.type === 'choice' ? field.choices.find(({ value }) => value === answer) : undefined;
    const value = choice?.label ?? (answer === true ? 'confirmed' : answer === false ? 'not confirmed' : answer);
    return { label: field?.label ?? name, value };
  });
}
