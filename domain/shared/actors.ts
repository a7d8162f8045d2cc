import { sentenceCase } from './words.ts';

/** Who did something, as histories, tables and the API store it: a system's code, a person's ID, or `key:<name of an API key>`. */

/** The systems, with their names for people. */
export const systemNames = {
  dealerops: 'Dealerops',
  temporal: 'Temporal',
  cst: 'CST',
  salesforce: 'Salesforce',
  mail_server: 'Mail server',
  vinsolutions_events: "VinSolutions' event service",
  fortellis: 'Fortellis',
} as const;
export type SystemCode = keyof typeof systemNames;

/** Who did something, for people: `cst` is CST, `key:offboarding` is Offboarding system (API key), a person stays as they are. */
export function actorName(by: string): string {
  if (Object.hasOwn(systemNames, by)) return systemNames[by as SystemCode];
  if (!by.startsWith('key:')) return by;
  const name = sentenceCase(by.slice('key:'.length));
  return `${/\bsystem$/i.test(name) ? name : `${name} system`} (API key)`;
}
