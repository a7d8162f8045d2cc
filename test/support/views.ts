import type { TestApi } from './api.ts';
import { eventually } from './eventually.ts';

export interface View {
  id: string;
  state: string;
  standing: { state: string; reinstating: boolean };
  withdrawalReason: string | null;
  integrations: {
    integration: string;
    state: string;
    webUi: string;
    reason: string | null;
    reinstating: boolean;
    ifWithdrawn: object | null;
    steps: { step: string; state: string; by?: string; evidence?: string; waitingOn?: string; taskId?: string }[];
  }[];
  tasks: { id: string; kind: string; state: string }[];
}
export interface TaskList {
  tasks: {
    id: string;
    kind: string;
    account: string;
    state: string;
    assignee: string | null;
    dueAt: string;
    priority: string;
    followUpAt: string | null;
    followUpNote: string | null;
    content: { instructions: string[]; texts: { label: string; value: string }[] };
  }[];
  nextCursor: string | null;
}
export interface ProblemBody {
  type: string;
  title: string;
  detail: string;
  errors?: { path: string; message: string }[];
}

/** What the API's readers see, as the tests look at it. */
export function viewsOf(api: TestApi) {
  const view = async (id: string) => (await api.get<View>('reader', `/v1/cancellations/${id}`)).body;
  const openTask = (account: string, kind: string) =>
    eventually(async () =>
      (await api.get<TaskList>('olivia', `/v1/tasks?account=${account}`)).body.tasks.find((task) => task.kind === kind),
    );
  const closed = (id: string) => eventually(async () => ((await view(id)).state === 'closed' ? view(id) : null));
  return { view, openTask, closed };
}
