/** The business processes of the service, as they are called in the API, the tables and the search attribute `Process`. */
export const processes = ['cancellations', 'feeds', 'pipelines', 'leads', 'inquiries'] as const;
export type Process = (typeof processes)[number];

/** Whose event it is in the audit trail: a process's, or of the administration of people, keys, accounts and sessions. */
export const eventProcesses = [...processes, 'administration'] as const;
export type EventProcess = (typeof eventProcesses)[number];
