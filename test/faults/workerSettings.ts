import type { TestService } from '../support/service.ts';

/** What `workerProcess.ts` needs to work for a test's service, as it reads it. */
export function workerSettings(
  { address, namespace, database, sandbox }: TestService,
  { keyring, bundleFile }: { keyring: string; bundleFile: string },
): string {
  const { url, clientId, clientSecret } = sandbox.salesforce;
  return JSON.stringify({
    address,
    namespace,
    databaseUrl: database.url,
    keyring,
    cst: { url: sandbox.cst.url, token: sandbox.cst.token },
    salesforce: { url, clientId, clientSecret },
    smtpUrl: sandbox.smtp.url,
    bundleFile,
  });
}
