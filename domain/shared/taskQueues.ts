/** Task queue of the processes that people wait for. */
export const taskQueue = 'dealerops';

/** Task queue of bulk work, such as imports: it has workers and limits of its own, so that it holds up no person. */
export const bulkTaskQueue = 'dealerops-bulk';

export const taskQueues = [taskQueue, bulkTaskQueue] as const;
export type TaskQueue = (typeof taskQueues)[number];

/** For a search in Temporal: all that is ours. */
export const inOurTaskQueues = `TaskQueue IN (${taskQueues.map((queue) => `'${queue}'`).join(', ')})`;
