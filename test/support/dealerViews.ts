import type { Answer, TestApi } from './api.ts';
import type { ProblemBody, View } from './views.ts';

/** What the API says of dealers, as tests look at it. */

export interface DealerList {
  dealers: {
    account: string;
    name: string | null;
    lastActivityAt: string | null;
    openTasks: number;
    cancellations: { id: string; standing: { state: string }; waitingFor: string[] } | null;
  }[];
  nextCursor: string | null;
  incomplete: string | null;
}
interface Lookup {
  source: string;
  state: string;
  readAt: string;
  reason: string | null;
  faults: { field: string; message: string }[];
}
export interface DealerView {
  account: string;
  name: string | null;
  timeZone: string | null;
  effectiveStatus: string | null;
  lookup: Lookup;
  parent: { account: string; name: string | null; effectiveStatus: string | null; lookup: Lookup } | null;
  integrations: Record<string, unknown>[];
  openTasks: { id: string; title: string }[];
  moreOpenTasks: boolean;
  cancellations: { gate: Record<string, unknown>; cancellations: View[]; more: boolean };
}

export function dealerViewsOf(api: TestApi) {
  const page = async (query: Record<string, string | number>): Promise<DealerList> => {
    const text = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]),
    );
    const { status, body } = await api.get<DealerList & ProblemBody>('reader', `/v1/dealers?${text}`);
    if (status !== 200) throw new Error(body.detail);
    return body;
  };
  /** Over all pages. */
  const list = async (query: Record<string, string | number>): Promise<DealerList['dealers']> => {
    const { dealers, nextCursor } = await page(query);
    return nextCursor === null ? dealers : [...dealers, ...(await list({ ...query, cursor: nextCursor }))];
  };
  const dealer = (id: string): Promise<Answer<DealerView & ProblemBody>> => api.get('reader', `/v1/dealers/${id}`);
  return { page, list, dealer };
}
