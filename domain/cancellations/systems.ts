import type { SystemCode } from '../shared/actors.ts';
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

/** What does not happen while a system fails, for people. */
export const stoppedByOutage: Record<SystemCode, string> = {
  dealerops: '',
  temporal: '',
  cst: 'Dealers cannot be looked up, no cancellation can be started, and no DMS feed is ended.',
  salesforce: 'Cancellations at DealerSocket wait for the dealer’s sales account.',
  mail_server: 'Email waits: requests to Elead, reminders and notices. It leaves when the server takes mail again.',
  vinsolutions_events: 'VinSolutions’ events are ended by CST or a person instead.',
  fortellis: 'Terminations at CDK are not confirmed automatically; a person can confirm them.',
};
