import type { TestService } from '../support/service.ts';

/** What `workerProcess.ts` needs to work for a test's service, as it reads it. */
export function workerSettings(
  { address, namespace, database, sandbox }: TestService,
  { keyring, bundleFile }: { keyring: string; bundleFile: string },
): string {
  return JSON.stringify({
    address,
    namespace,
    databaseUrl: database.url,
    keyring,
    connectors: { cst: sandbox.cst, salesforce: sandbox.salesforce },
    smtpUrl: sandbox.smtp.url,
    bundleFile,
  });
}
