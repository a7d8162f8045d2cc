import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { noFaults } from '../domain/shared/sandboxFaults.ts';
import { controlRoutes } from './control.ts';
import { startCst } from './cst/cst.ts';
import { startFortellis } from './fortellis/fortellis.ts';
import { startSalesforce } from './salesforce/salesforce.ts';
import { startSftp } from './sftp/sftp.ts';
import type { SandboxDealer } from './shared/dealers.ts';
import type { Faults } from './shared/faults.ts';
import { SandboxState } from './shared/state.ts';
import { startSmtp } from './smtp/smtp.ts';
import { startVinSolutionsEvents } from './vinsolutions/vinSolutionsEvents.ts';

/**
 * Starts stand-ins for CST, Salesforce, VinSolutions' event service, Fortellis, the mail server and ProResponse's SFTP server, which speak the real protocols.
 * @param options.dataDir where they keep what they know; in memory when absent
 * @param options.dealers instead of the made-up ones of dealers.ts
 */
export async function startSandbox(options: {
  dataDir?: string;
  dealers?: SandboxDealer[];
  ports?: { cst?: number; salesforce?: number; smtp?: number; sftp?: number };
  secrets?: { cstToken: string; salesforceSecret: string };
}) {
  const { ports = {}, secrets = { cstToken: 'sandbox-cst-token', salesforceSecret: 'sandbox-salesforce-secret' } } =
    options;
  const state = new SandboxState(options);
  const faults: Faults = noFaults();
  const smtp = await startSmtp(faults, ports.smtp);
  const sftp = await startSftp(faults, { dataDir: options.dataDir, port: ports.sftp });
  const reset = () => {
    state.reset();
    smtp.messages.length = 0;
    sftp.reset();
    vinSolutions.changes.length = 0;
    const none = noFaults();
    for (const system of Object.keys(none) as (keyof typeof none)[]) Object.assign(faults[system], none[system]);
  };
  const token = secrets.cstToken;
  const control = (app: FastifyInstance) => controlRoutes(app, { token, state, faults, mails: smtp.messages, reset });
  const cst = await startCst(state, faults, { port: ports.cst, token, control });
  const salesforce = await startSalesforce(state, { port: ports.salesforce, clientSecret: secrets.salesforceSecret });
  const secret = () => randomBytes(16).toString('hex');
  const vinSolutions = await startVinSolutionsEvents(state, faults, { clientSecret: secret(), apiKey: secret() });
  const fortellis = await startFortellis(state, faults, { apiSecret: secret() });
  return {
    cst,
    salesforce,
    vinSolutions,
    fortellis,
    smtp,
    sftp,
    faults,
    state,
    /** What is known, received and wrong is as at the first start. */
    reset,
    async close() {
      await Promise.all([
        ...[cst, salesforce, vinSolutions, fortellis].map(({ app }) => app.close()),
        smtp.close(),
        sftp.close(),
      ]);
      state.save();
    },
  };
}
