import { z } from 'zod';

/** What `npm start` shows of its stand-ins for the external systems, and what can be changed in them. */

/** `cut-kept` and `cut-lost`: the connection ends after the message, which the server has kept, or not. */
export const smtpFaults = ['ok', '421', '451', '451-after-data', '550', 'cut-kept', 'cut-lost'] as const;
/** Where in a session the mail server may answer otherwise; `message`: after the final dot. */
export const smtpStages = ['connect', 'auth', 'mail', 'rcpt', 'message'] as const;

const delayMs = z.int().min(0).max(60_000);
const count = z.int().min(0).max(1_000_000);
const HttpFaults = z.strictObject({
  next: z
    .array(
      z
        .strictObject({
          on: z.string().max(64),
          status: z.int().min(400).max(599),
          invalidResponse: z.boolean(),
          lost: z.boolean(),
          ignored: z.boolean(),
          slowMs: delayMs,
        })
        .partial(),
    )
    .max(1_000),
});
const CstFaults = z.strictObject({
  errors: count,
  invalidResponse: count,
  slowMs: delayMs,
  failingDealerIds: z.array(z.string().max(64)).max(100),
  runMs: z.int().min(0).max(600_000),
  readOnly: z.boolean(),
  keepsDmsProvider: z.boolean(),
});
const SmtpFaults = z.strictObject({
  next: z
    .array(
      z.union([
        z.enum(smtpFaults),
        z.strictObject({
          at: z.enum(smtpStages),
          reply: z
            .string()
            .max(200)
            .regex(/^[45]\d\d /)
            .optional(),
          afterMs: delayMs.optional(),
        }),
      ]),
    )
    .max(1_000),
});

const SftpFaults = z.strictObject({
  next: z
    .array(
      z.union([
        z.strictObject({ cutAt: z.number().min(0).max(1).describe('The share of a file after which it is cut') }),
        z.strictObject({ stallAt: z.int().min(0).describe('The byte of a file from which on nothing is sent') }),
      ]),
    )
    .max(1_000)
    .describe('What happens to the next connections that read a file so far'),
  refusePassword: z.boolean().describe('Whoever signs in is rejected, with whatever password or key'),
  nextHostKey: z.boolean().describe('It shows another host key, as after a change of it'),
  refuseRemoval: z.boolean().describe('No file can be deleted or moved'),
  slowListingMs: delayMs,
});
export type SftpFaults = z.infer<typeof SftpFaults>;

/** Which faults change; the others stay. */
export const SandboxFaultsChange = z
  .strictObject({
    cst: CstFaults.partial(),
    smtp: SmtpFaults,
    vinSolutions: HttpFaults,
    fortellis: HttpFaults,
    sftp: SftpFaults.partial(),
  })
  .partial()
  .meta({ id: 'SandboxFaultsChange' });
const SandboxFaults = z
  .strictObject({ cst: CstFaults, smtp: SmtpFaults, vinSolutions: HttpFaults, fortellis: HttpFaults, sftp: SftpFaults })
  .meta({ id: 'SandboxFaults' });

const DmsProvider = z
  .strictObject({ provider: z.string().min(1).max(64), providerId: z.string().min(1).max(64) })
  .meta({ id: 'SandboxDmsProvider' });

/** What people do in CST and Salesforce. */
export const SandboxAccountChange = z
  .strictObject({
    effectiveStatus: z.string().max(64),
    dmsProvider: DmsProvider.nullable().describe('CST’s DMS Provider tab; null empties it'),
    salesforceParentId: z.string().min(1).max(32).nullable().describe('The parent of its Salesforce account'),
  })
  .partial()
  .meta({ id: 'SandboxAccountChange' });

/** What VinSolutions does itself, such as sending a dealer's events again. */
export const SandboxEventsChange = z
  .strictObject({ status: z.enum(['active', 'inactive']) })
  .meta({ id: 'SandboxEventsChange' });

/** What people do in Fortellis' portal, such as ending a dealer's subscription. */
export const SandboxSubscriptionChange = z
  .strictObject({ status: z.enum(['active', 'inactive']), deactivationDate: z.union([z.iso.date(), z.literal('')]) })
  .partial()
  .meta({ id: 'SandboxSubscriptionChange' });

export const SandboxView = z
  .object({
    accounts: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        city: z.string(),
        state: z.string(),
        effectiveStatus: z.string(),
        parentSalesAccountId: z.string().nullable(),
        salesforceParentId: z.string().nullable(),
        dmsProvider: DmsProvider.nullable(),
        integrations: z.array(z.object({ kind: z.string(), vendor: z.string(), dealerId: z.string() })),
      }),
    ),
    eventSubscriptions: z
      .array(
        z.object({
          dealerId: z.int(),
          account: z.string().nullable(),
          status: z.string(),
          statusDateUtc: z.string(),
          subscriptions: z.array(z.string()),
        }),
      )
      .describe('VinSolutions’ event service'),
    appSubscriptions: z
      .array(
        z.object({
          orgId: z.string(),
          account: z.string().nullable(),
          orgName: z.string(),
          status: z.string(),
          activationDate: z.string(),
          deactivationDate: z.string(),
        }),
      )
      .describe('Fortellis'),
    runs: z
      .array(
        z.object({
          runId: z.string(),
          name: z.string(),
          startedAt: z.string(),
          results: z.array(z.object({ dealerId: z.string(), state: z.string(), message: z.string() })),
        }),
      )
      .describe('The last 20 runs of CST’s Manual Process Manager that have ended, newest first'),
    faults: SandboxFaults,
  })
  .meta({ id: 'Sandbox' });
export type SandboxView = z.infer<typeof SandboxView>;

export const SandboxMail = z
  .object({
    id: z.int(),
    messageId: z.string(),
    from: z.string(),
    to: z.string(),
    subject: z.string(),
    text: z.string(),
    receivedAt: z.iso.datetime(),
  })
  .meta({ id: 'SandboxMail' });
export type SandboxMail = z.infer<typeof SandboxMail>;

/** The newest first. */
export const SandboxMailQuery = z.strictObject({
  search: z
    .string()
    .max(200)
    .optional()
    .describe('A part of the addresses, the subject or the text, in upper or lower case'),
  before: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(101).default(50),
});
