/** The faults of the stand-ins for the external systems as they begin: nothing goes wrong. The caller may change what it gets. */
export function noFaults() {
  return {
    cst: {
      errors: 0,
      invalidResponse: 0,
      slowMs: 0,
      failingDealerIds: [] as string[],
      runMs: 300,
      readOnly: false,
      keepsDmsProvider: false,
    },
    smtp: { next: [] },
    vinSolutions: { next: [] },
    fortellis: { next: [] },
    sftp: { next: [], refusePassword: false, nextHostKey: false, refuseRemoval: false, slowListingMs: 0 },
  };
}
