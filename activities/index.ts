import type { Client } from '@temporalio/client';
import type { Database } from '../db/client.ts';
import type { Cst } from './cst.ts';
import { type Dealers, dealersOfCst, dealersOfRegistry } from './dealers.ts';
import { dmsProviderActivities } from './dmsProvider.ts';
import { eleadMailActivities } from './eleadMail.ts';
import { gateActivities } from './gate.ts';
import { groupQuestionActivities } from './groupQuestion.ts';
import type { Mailer } from './mail.ts';
import { noticeActivities } from './notices.ts';
import { progressActivities } from './progress.ts';
import type { Salesforce } from './salesforce.ts';
import { taskActivities } from './tasks.ts';
import { vinEventStreamActivities } from './vinEventStream.ts';

/** What the activities work on. Without CST the service's own registry knows the dealers, and CST's steps are a person's. */
export interface Outside {
  database: Database;
  temporal: Client;
  mailer: Mailer;
  cst?: Cst;
  salesforce?: Salesforce;
  /** The console's address, for links in mails. */
  consoleUrl?: string;
}

export type Activities = ReturnType<typeof createActivities>;

export interface Context extends Outside {
  dealers: Dealers;
}

/** Every side effect of the workflows, bound to the outside systems that are configured. */
export function createActivities(outside: Outside) {
  const dealers = outside.cst ? dealersOfCst(outside.cst) : dealersOfRegistry(outside.database.db);
  const context: Context = { ...outside, dealers };
  return {
    ...progressActivities(context),
    ...taskActivities(context),
    ...gateActivities(context),
    ...groupQuestionActivities(context),
    ...vinEventStreamActivities(context),
    ...eleadMailActivities(context),
    ...dmsProviderActivities(context),
    ...noticeActivities(context),
  };
}
