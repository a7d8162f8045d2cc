import { z } from 'zod';
import { searchTasks } from '../../../db/queries/taskSearch.ts';
import type { TaskRow } from '../../../db/queries/tasks.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Time } from '../../server/time.ts';
import { dealerSearch, type ListedDealer } from './dealerSearch.ts';
import { incomplete, SearchText } from './dealers.ts';
import { TeamName } from './people.ts';
import { ProcessName } from './processName.ts';
import { type ProcessModules, readParts, schemasOf } from './processParts.ts';
import { TaskState } from './tasks.ts';

const FoundTask = z
  .object({
    id: z.uuid(),
    process: ProcessName,
    title: z.string(),
    account: z.string().nullable(),
    dealerName: z.string().nullable(),
    team: TeamName,
    state: TaskState,
    assignee: z.string().nullable(),
    dueAt: Time,
    matched: z
      .object({ label: z.string(), value: z.string() })
      .nullable()
      .describe('The answer in which the text was found, such as a case number; null when it was found elsewhere'),
  })
  .meta({ id: 'FoundTask' });
/** Of each group. */
const mostOfGroup = 6;
/** How long CST may take, in ms: who types does not wait for it. */
const patienceMs = 1_500;

/** One search over everything, for the console's command palette. */
export function searchRoutes(modules: ProcessModules, listed: ListedDealer) {
  const SearchResult = z
    .object({ dealers: z.array(listed), tasks: z.array(FoundTask), ...schemasOf(modules, 'search'), incomplete })
    .meta({ id: 'SearchResult' });

  return async (app: App, options: ApiOptions): Promise<void> => {
    const list = dealerSearch(options, modules, app.log);

    app.get(
      '/v1/search',
      {
        config: { scope: 'read', cost: 1 },
        schema: {
          tags: ['search'],
          operationId: 'searchAll',
          summary: `Dealers, tasks and what the processes have, by what people type: up to ${mostOfGroup} of each, the best first`,
          description:
            'Dealers are found as by GET /v1/dealers?search=. Tasks are found by a whole answer such as a ticket or case number, however old they are; by a part of their title, dealer or answers among the 5,000 most urgent open tasks and the 2,000 that ended last.',
          querystring: z.strictObject({ q: SearchText }),
          response: { 200: SearchResult },
        },
      },
      async ({ query: { q }, log }) => {
        const [{ dealers, incomplete }, tasks, ofProcesses] = await Promise.all([
          list.find(q, { limit: mostOfGroup, patienceMs }),
          searchTasks(options.database.db, q, mostOfGroup),
          readParts(modules, log, ({ search }) => search.read(options, q, mostOfGroup)),
        ]);
        return { dealers, tasks: tasks.map((task) => foundTask(task, q)), ...ofProcesses, incomplete };
      },
    );
  };
}

function foundTask(task: TaskRow, text: string) {
  const has = (value: unknown) => typeof value === 'string' && value.toLowerCase().includes(text.toLowerCase());
  const field = task.content.fields.find(({ name }) => has(task.answers?.[name]));
  const matched = field ? { label: field.label, value: String(task.answers![field.name]) } : null;
  return { ...task, title: task.content.title, matched };
}
