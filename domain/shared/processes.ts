/** The business processes of the service, as they are called in the API, the tables and the search attribute `Process`. */
export const processes = ['cancellations', 'feeds', 'pipelines', 'leads', 'inquiries'] as const;
export type Process = (typeof processes)[number];

/** As people read them, at the beginning of a sentence. */
export const processTitles: Readonly<Record<Process, string>> = {
  cancellations: 'Cancellations',
  feeds: 'Feeds',
  pipelines: 'Pipelines',
  leads: 'Leads',
  inquiries: 'Inquiries',
};

/** Whose event it is in the audit trail: a process's, or of the administration of people, keys, accounts and sessions. */
export const eventProcesses = [...processes, 'administration'] as const;
export type EventProcess = (typeof eventProcesses)[number];
