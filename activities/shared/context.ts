import type { Client } from '@temporalio/client';
import type { Database } from '../../db/client.ts';
import type { DealerSelection } from '../../domain/shared/dealerSelection.ts';
import type { Connectors } from '../connectors/index.ts';
import type { Dealers } from './dealers.ts';
import type { Mailer } from './mail.ts';

/** What the activities work on. Where an outside system has no connector, its steps are a person's. */
export interface Outside {
  database: Database;
  temporal: Client;
  mailer: Mailer;
  connectors: Connectors;
  /** The Effective Statuses that open the gate of the DMS vendors. */
  inactiveStatuses: readonly string[];
  /** For which VinSolutions part 1 is done with its Connect Event service; nobody when absent. */
  vinSolutionsDealers?: DealerSelection;
  /** Days after an integration's end in which its data may still arrive; reports of later data are off when absent. */
  dataAfterEndGraceDays?: number;
  /** Address of the Auto TAM Directory sheet, which has the shared credentials of VinSolutions' portal. */
  autoTamDirectoryUrl?: string;
  /** The console's address, for links in mails. */
  consoleUrl?: string;
}

export interface Context extends Outside {
  dealers: Dealers;
}
