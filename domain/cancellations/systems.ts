/** What a step waits for, by the code of the search attribute, with its name in a sentence. */
export const systemTitles = {
  cst: 'CST',
  salesforce: 'Salesforce and CST',
  mail_server: 'the mail server',
  vin_event_stream: 'the next run in CST',
  vinsolutions_events: "VinSolutions' event service",
  fortellis: 'Fortellis',
} as const;
export type System = keyof typeof systemTitles;
