import type { SftpFaults, smtpFaults, smtpStages } from '../../domain/shared/sandbox.ts';

/** What goes wrong on request, so that tests and demonstrations can show that it is survived. */
export interface Faults {
  cst: {
    /** The next so many calls answer 500. */
    errors: number;
    /** The next so many calls answer something that is not JSON. */
    invalidResponse: number;
    /** Each call takes this long, ms. */
    slowMs: number;
    /** Dealer IDs whose removal fails. */
    failingDealerIds: string[];
    /** A run takes this long, ms. */
    runMs: number;
    /** Calls that change something answer 403. */
    readOnly: boolean;
    /** The removal of a DMS provider is answered as done, but the provider stays. */
    keepsDmsProvider: boolean;
  };
  smtp: {
    /** How the next mails are answered, one each; `ok` when empty. */
    next: SmtpFault[];
  };
  vinSolutions: HttpFaults;
  fortellis: HttpFaults;
  sftp: SftpFaults;
}

/** The next calls go wrong, one each, in this order; those of another operation stay for later. */
export interface HttpFaults {
  next: HttpFault[];
}

/**
 * `status`: answered instead. `invalidResponse`: answered with something that is not JSON. `lost`: carried out, but the connection ends
 * without an answer. `ignored`: answered as if it were carried out. `slowMs`: answered so much later.
 * `more`: fields and headers that the answer has besides.
 */
interface HttpFault {
  /** The operation's ID in the contract; any call when absent. */
  on?: string;
  status?: number;
  invalidResponse?: boolean;
  lost?: boolean;
  ignored?: boolean;
  slowMs?: number;
  more?: { fields?: Record<string, unknown>; headers?: Record<string, string> };
}

export type SftpFault = SftpFaults['next'][number];

export type SmtpStage = (typeof smtpStages)[number];

/** `reply`: instead of the server's own, with its code. `afterMs`: so much later. */
export type SmtpFault = (typeof smtpFaults)[number] | { at: SmtpStage; reply?: string; afterMs?: number };
