/** How people look for their tasks. */

/** Each shows some of the tasks; what they mean is in `api/modules/shared/taskViews.ts`. */
export const taskViews = ['mine', 'unclaimed', 'team', 'escalated', 'late', 'later'] as const;
export type TaskViewName = (typeof taskViews)[number];

/** What a list may be ordered by; `priority` also says which of equal ones comes first. */
export const taskSorts = ['priority', 'due', 'dealer', 'vendor', 'team', 'assignee', 'follow-up', 'opened'] as const;
export type TaskSort = (typeof taskSorts)[number];

export const sortOrders = ['asc', 'desc'] as const;
export type SortOrder = (typeof sortOrders)[number];
