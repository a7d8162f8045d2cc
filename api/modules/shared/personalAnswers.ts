import type { Caller } from '../../../db/queries/keys.ts';
import type { TaskRow } from '../../../db/queries/tasks.ts';
import { problemsWithAnswers, type TaskAnswers } from '../../../domain/shared/tasks.ts';
import { hasScope } from '../../server/auth.ts';
import type { ApiOptions } from '../../server/options.ts';
import type { ProcessModules } from './processParts.ts';
import { refusedByRules } from './taskUpdates.ts';

/** What of a task names a person: it is kept by the task's process, and no workflow gets it. */

const personalScopes = ['tasks:write', 'feeds:write', 'contacts:read'] as const;

/** A task with texts that name a person only for who works on tasks, or may see such data. */
export function shownTo<Row extends Pick<TaskRow, 'content'>>(caller: Caller, row: Row): Row {
  const { content } = row;
  if (!content.texts.some(({ isPersonal }) => isPersonal) || hasScope(caller, personalScopes)) return row;
  const hidden = `Shown with the scope ${personalScopes.join(' or ')}`;
  const texts = content.texts.map((text) => (text.isPersonal ? { ...text, value: hidden } : text));
  return { ...row, content: { ...content, texts } };
}

/**
 * Has a task's process keep what its workflow does not get. Only where the workflow will take the answers, as far as is known: it
 * says itself why it does not.
 * @throws Problem where they do not fit
 */
export async function takeAnswers(
  options: ApiOptions,
  modules: ProcessModules,
  row: TaskRow,
  { said, answers }: { said: { by: string; teamLead: boolean }; answers: TaskAnswers },
): Promise<void> {
  const take = modules[row.process]?.takeAnswers;
  const isWrong = problemsWithAnswers(row.content.fields, answers).length > 0;
  if (!take || isWrong || (await refusedByRules(options, 'completeTask', row, said))) return;
  await take(options, row, answers);
}
