import type { Client } from '@temporalio/client';
import type { Database } from '../../db/client.ts';
import type { Dealers } from '../cancellations/dealers.ts';
import type { Cst } from '../connectors/cst.ts';
import type { Salesforce } from '../connectors/salesforce.ts';
import type { Mailer } from './mail.ts';

/** What the activities work on. Without CST the service's own registry knows the dealers, and CST's steps are a person's. */
export interface Outside {
  database: Database;
  temporal: Client;
  mailer: Mailer;
  cst?: Cst;
  salesforce?: Salesforce;
  /** The Effective Statuses that open the gate of the DMS vendors. */
  inactiveStatuses: readonly string[];
  /** The console's address, for links in mails. */
  consoleUrl?: string;
}

export interface Context extends Outside {
  dealers: Dealers;
}
