import { z } from 'zod';
import { mailStates } from '../../../db/schema/shared.ts';
import { integrationStates, reasons, whenActiveValues } from '../../../domain/cancellations/cancellations.ts';
import { AccountId, Words } from '../../../domain/shared/inputs.ts';
import { pageSchema } from '../../server/paging.ts';
import { Time } from '../../server/time.ts';
import { IntegrationName } from '../shared/integrationName.ts';
import { Step } from '../shared/stepView.ts';

/** Bodies and answers of the cancellations' routes. */

export const CancellationReason = z.enum(reasons).meta({ id: 'CancellationReason' });
export const IntegrationState = z.enum(integrationStates).meta({ id: 'IntegrationState' });
const WhenActive = z.enum(whenActiveValues).meta({ id: 'WhenActive' });
const common = {
  account: AccountId.describe('The dealer’s account in CST'),
  whenActive: WhenActive.default('block').describe(
    'DMS vendors, while the parent sales account is Active: block, or wait and check again daily',
  ),
  dryRun: z.boolean().default(false).describe('Only answer with the steps that would happen'),
};

export const CancellationBody = z
  .discriminatedUnion('reason', [
    z
      .strictObject({
        ...common,
        reason: z.literal('subscription_canceled'),
        integrations: z.array(IntegrationName).min(1).max(20).optional().describe('All of the account’s when absent'),
      })
      .meta({ id: 'SubscriptionCancelled' }),
    z
      .strictObject({
        ...common,
        reason: z.literal('vendor_change'),
        integration: IntegrationName.describe('The one that ends'),
      })
      .meta({ id: 'VendorChange' }),
  ])
  .meta({ id: 'NewCancellation' });
export type CancellationBody = z.infer<typeof CancellationBody>;

export const Started = z
  .object({
    id: z.uuid(),
    account: z.string(),
    dealerName: z.string(),
    state: z.literal('open'),
    integrations: z.array(IntegrationName),
    address: z.string().describe('Path of the cancellation, as in the header Location'),
  })
  .meta({ id: 'StartedCancellation' });
export type Started = z.infer<typeof Started>;

const VendorMail = z.object({ to: z.string(), subject: z.string(), body: z.string() }).meta({ id: 'VendorMail' });
const PlannedStep = z
  .object({
    step: z.string(),
    title: z.string(),
    by: z.enum(['dealerops', 'a person', 'finance']).meta({
      id: 'StepDoer',
      description: '`finance`: outside Dealerops, which only records it',
    }),
    note: z.string().optional().describe('How, where an optional connector is used'),
    mail: VendorMail.optional().describe('The mail to the vendor, exactly as it would be sent'),
  })
  .meta({ id: 'PlannedStep' });
const ParentSalesAccount = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    status: z.string().nullable().describe('Its Effective Status, with what cannot be seen as escapes'),
    blocks: z
      .enum(['active', 'status_not_understood', 'not_found'])
      .meta({ id: 'GateBlock' })
      .nullable()
      .describe('Why nothing can be ended at the vendor now; null while it can'),
  })
  .meta({ id: 'ParentSalesAccount' });
const PlannedIntegration = z
  .object({
    integration: IntegrationName,
    vendorName: z.string(),
    dealerId: z.string().nullable().describe('The dealer’s ID at the vendor'),
    begins: z.enum(['now', 'waits', 'blocked', 'joins', 'nothing']).meta({
      id: 'Beginning',
      description:
        '`now`: its procedure starts at once; `waits`: for a status to change or be checked, or until it is reinstated; `blocked`: it is not ended, since the parent sales account is Active; `joins`: it is in progress already, and the request takes its result; `nothing`: it has ended already',
    }),
    outcome: z.string().describe('The same in a sentence'),
    cancellationId: z
      .uuid()
      .nullable()
      .describe('The open cancellation in which it is in progress, has ended, or is being reinstated'),
    parentSalesAccount: ParentSalesAccount.nullable().describe(
      'Of a DMS vendor: the account whose Effective Status decides; the dealer’s own where it has no parent',
    ),
    steps: z.array(PlannedStep),
  })
  .meta({ id: 'PlannedIntegration' });
export const Plan = z
  .object({
    dryRun: z.literal(true),
    account: z.string(),
    dealerName: z.string(),
    joins: z
      .uuid()
      .nullable()
      .describe('The dealer’s open cancellation that the request would join; null where it would open a new one'),
    onlyJoins: z.boolean().describe('Whether nothing would begin: all of it is in progress, or has ended, there'),
    integrations: z.array(PlannedIntegration),
  })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;

const when = Time.nullable();
const webUi = z
  .string()
  .optional()
  .describe(
    'Its page in Temporal’s Web UI: a path of this service, or an address elsewhere; absent where there is none',
  );

const stopped = z
  .string()
  .nullable()
  .optional()
  .describe(
    'Why its workflow cannot continue until an engineer repairs it; absent while it can, null while Temporal cannot say',
  );

const standing = {
  state: IntegrationState,
  reinstating: z.boolean().describe('Withdrawn or blocked, and a task to reinstate what was done before is still open'),
};

const IntegrationView = z
  .object({
    integration: IntegrationName,
    vendorName: z.string(),
    ...standing,
    reason: z.string().nullable(),
    updatedAt: when,
    stopped,
    webUi,
    steps: z.array(Step),
  })
  .meta({ id: 'CancellationIntegration' });
const UndoneStep = z
  .object({
    step: z.string(),
    title: z.string(),
    isAutomatic: z.boolean().describe('Dealerops undoes it itself, and a task opens only where that fails'),
  })
  .meta({ id: 'UndoneStep' });
const IntegrationInFull = IntegrationView.extend({
  ifWithdrawn: z
    .object({
      stopped: z.array(z.string()).describe('Titles of the steps that stop; their open tasks close'),
      done: z.array(UndoneStep).describe('Done at the vendor: to be undone'),
      unknown: z
        .array(UndoneStep)
        .describe('Perhaps done, such as one whose task was claimed: to be checked, and undone'),
      running: z.array(UndoneStep).describe('A system is doing them: they stop, or are to be undone'),
    })
    .meta({ id: 'WithdrawalEffects' })
    .nullable()
    .describe('What a withdrawal would do now; null where there is nothing to withdraw'),
}).meta({ id: 'CancellationIntegrationInFull' });

const summary = z.object({
  id: z.uuid(),
  account: z.string(),
  dealerName: z
    .string()
    .nullable()
    .describe('The dealer’s name when the cancellation was requested; null if it is not known any more'),
  reason: CancellationReason,
  state: z.enum(['open', 'closed']).meta({ id: 'CancellationState' }),
  standing: z.object(standing).meta({ id: 'CancellationStanding' }).describe('Where it stands as a whole'),
  requestedBy: z.string(),
  startedAt: when,
  closedAt: when,
  withdrawnAt: when,
  withdrawnBy: z.string().nullable(),
  withdrawalReason: z.string().nullable(),
  stopped,
  webUi,
  integrations: z.array(IntegrationView),
});
export const CancellationSummary = summary.meta({ id: 'CancellationSummary' });
export const CancellationPage = pageSchema('CancellationPage', { cancellations: z.array(CancellationSummary) });

const Request = z
  .object({
    reason: CancellationReason,
    integrations: z.array(z.string()),
    requestedBy: z.string(),
    requestedAt: when,
    dealerIds: z
      .record(z.string(), z.string())
      .nullable()
      .describe('The dealer’s IDs at the vendors when it was requested, by integration'),
  })
  .meta({ id: 'CancellationRequest' });
const TaskSummary = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    title: z.string(),
    integration: z.string().nullable(),
    state: z.string(),
    assignee: z.string().nullable(),
    dueAt: when,
    closedAt: when,
    closedBy: z.string().nullable(),
  })
  .meta({ id: 'TaskSummary' });

const view = summary.extend({
  timeZone: z.string().nullable().describe('The dealer’s: an IANA name, such as America/Chicago'),
  requests: z.array(Request),
  integrations: z.array(IntegrationInFull),
});
const cancellationView = view.extend({ tasks: z.array(TaskSummary) });
export const CancellationView = cancellationView.meta({ id: 'Cancellation' });
export const Withdrawn = cancellationView
  .extend({
    next: z.string().describe('What happens now, and where to see it: the states here are those before'),
  })
  .meta({ id: 'WithdrawnCancellation' });

const ReportTask = z
  .object({
    id: z.uuid(),
    title: z.string(),
    integration: z.string().nullable(),
    state: z.string(),
    openedAt: when,
    dueAt: when,
    closedAt: when,
    closedBy: z.string().nullable(),
    assignee: z.string().nullable(),
    reason: z.string().nullable(),
    answers: z.record(z.string(), z.union([z.string(), z.boolean()])).nullable(),
    answered: z
      .array(z.object({ label: z.string(), value: z.string() }).meta({ id: 'AnswerInWords' }))
      .describe('The answers as people read them, with corrections'),
    corrections: z
      .array(
        z
          .object({
            at: z.iso.datetime(),
            by: z.string(),
            reason: z.string(),
            label: z.string().describe('Of the answer'),
            before: z.string(),
            after: z.string(),
          })
          .meta({ id: 'CorrectedAnswer' }),
      )
      .describe('What team leads have corrected, the oldest first'),
  })
  .meta({ id: 'ReportTask' });
const SentMail = VendorMail.extend({
  integration: IntegrationName,
  state: z.enum(mailStates).meta({ id: 'MailState' }),
  answer: z.string().nullable().describe('The mail server’s last answer'),
  at: when.describe('When that was settled'),
}).meta({ id: 'MailToVendor' });
const CancellationEvent = z
  .object({
    id: z.string(),
    at: Time,
    by: z.string(),
    action: z.string().describe('Of a comment `Comment`'),
    detail: z.string().nullable().describe('People’s own words, the evidence, or what was changed'),
    vendor: z.string().nullable().describe('Such as crm/elead'),
    taskId: z.uuid().nullable(),
  })
  .meta({ id: 'CancellationEvent' });
const events = z.array(CancellationEvent).describe('The oldest first; also those of its tasks, and comments');
export const Activity = z.object({ events }).meta({ id: 'CancellationActivity' });
export const Report = view
  .extend({
    names: z.record(z.string(), z.string()).describe('Of the people whom it mentions, by their ID'),
    madeAt: z.iso.datetime(),
    tasks: z.array(ReportTask),
    mails: z.array(SentMail),
    events,
  })
  .meta({ id: 'CancellationReport' });

export const WithdrawBody = z
  .strictObject({
    reason: Words(500),
    integrations: z.array(IntegrationName).min(1).max(20).optional().describe('All that one may withdraw when absent'),
  })
  .meta({ id: 'Withdrawal' });
