import type { DealerSelection } from '../shared/dealerSelection.ts';

/** The settings of cancellations, the same for the API and the worker. */
export interface CancellationSettings {
  /** The Effective Statuses that open the gate of the DMS vendors. */
  inactiveStatuses: readonly string[];
  /** For which VinSolutions part 1 is done with its Connect Event service; nobody when absent. */
  vinSolutionsDealers?: DealerSelection;
  /** Days after an integration's end in which its data may still arrive; reports of later data are off when absent. */
  dataAfterEndGraceDays?: number;
  /** Address of the Auto TAM Directory sheet, which has the shared credentials of VinSolutions' portal. */
  autoTamDirectoryUrl?: string;
  /** Dealers whose tasks are due this soon, so that the demo has a late task; only `npm start` sets it. */
  dueSoon?: { accounts: readonly string[]; seconds: number };
}
