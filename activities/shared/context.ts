import type { Client } from '@temporalio/client';
import type { Database } from '../../db/client.ts';
import type { Schedules } from '../../domain/shared/schedules.ts';
import type { Connectors } from '../connectors/index.ts';
import type { Dealers } from './dealers.ts';
import type { Mailer } from './mail.ts';

/** What the activities of every process work on. Where an outside system has no connector, its steps are a person's. */
export interface Outside {
  database: Database;
  temporal: Client;
  mailer: Mailer;
  connectors: Connectors;
  schedules: Schedules;
  /** The console's address, for links in mails. */
  consoleUrl?: string;
}

export interface Context extends Outside {
  dealers: Dealers;
}
