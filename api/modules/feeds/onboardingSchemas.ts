import { z } from 'zod';
import { defaultImport } from '../../../domain/feeds/defaultImport.ts';
import { feedDmsNames } from '../../../domain/feeds/feeds.ts';
import { noCdk, notOffered, onboardingStates, permissionOutcomes } from '../../../domain/feeds/onboarding.ts';
import { problemWithEmail, problemWithPhone } from '../../../domain/feeds/onboardingContact.ts';
import { AccountId, DisplayName, Words } from '../../../domain/shared/inputs.ts';
import { pageSchema } from '../../server/paging.ts';
import { Time } from '../../server/time.ts';
import { Step } from '../shared/stepView.ts';
import { checkPattern, Dms, Kind, settingsFields } from './importFields.ts';
import { RowCounts } from './runFields.ts';
import { RunReport } from './runReport.ts';
import { ImportState, RunOutcome } from './schemas.ts';

/** Bodies and answers of the onboardings' routes. */

const checked = (longest: number, problemWith: (text: string) => string | undefined) =>
  DisplayName(longest).check(({ value, issues }) => {
    const message = value === '' ? undefined : problemWith(value);
    if (message !== undefined) issues.push({ code: 'custom', input: value, message });
  });

const contact = {
  name: DisplayName(200),
  phone: checked(60, problemWithPhone),
  email: checked(254, problemWithEmail),
};
const Contact = z.strictObject(contact).partial().meta({ id: 'NewOnboardingContact' });

/** Also CDK, which is answered with where to go instead. */
const AskedDms = z.preprocess(
  (given) => (typeof given === 'string' ? given.toLowerCase() : given),
  z.enum([...feedDmsNames, 'cdk']).meta({ id: 'RequestedDms' }),
);

export const NewOnboarding = z
  .strictObject({
    account: AccountId.describe('The dealer’s account in CST'),
    dms: AskedDms.describe(`The DMS that the dealer uses. cdk is rejected: ${noCdk}`),
    kinds: z
      .array(Kind)
      .max(2)
      .default([])
      .describe('What is wanted; the T2 support team is asked where it is left out and the DMS offers both'),
    contact: Contact.default({}).describe(
      'At the dealership, whom ProResponse asks for permission; the T2 support team is asked for what is left out',
    ),
    exceptionReason: Words(500).optional().describe('Administrators: why a dealer gets feeds who has no right to them'),
  })
  .check(({ value: { dms, kinds }, issues }) => {
    if (dms === 'cdk') return;
    for (const [index, kind] of kinds.entries()) {
      const message = notOffered(dms, kind);
      if (message !== undefined) issues.push({ code: 'custom', input: kind, path: ['kinds', index], message });
    }
  })
  .meta({ id: 'NewOnboarding' });
export type NewOnboarding = z.output<typeof NewOnboarding>;

export const OnboardingState = z.enum(onboardingStates).meta({
  id: 'OnboardingState',
  description:
    '`done`: the daily sync has begun; `refused`, `no_answer`: by the dealer; `withdrawn`: the dealer has taken its permission back, or nobody wants the feeds any more; `not_completed`: a team lead has closed a step without completing it',
});

export const StartedOnboarding = z
  .object({
    id: z.uuid(),
    account: z.string(),
    dealerName: z.string(),
    dms: Dms,
    kinds: z.array(Kind).describe('What it asks ProResponse for; empty while nobody has said it'),
    tooLate: z.array(Kind).describe('Requested, and not part of it: ProResponse was asked for the others already'),
    next: z.string().describe('What happens now'),
    address: z.string().describe('Path of the onboarding, as in the header Location'),
  })
  .meta({ id: 'StartedOnboarding' });
export type StartedOnboarding = z.output<typeof StartedOnboarding>;

const when = Time.nullable();
const summary = z.object({
  id: z.uuid(),
  account: z.string(),
  dealerName: z.string(),
  timeZone: z.string().describe('The dealer’s, IANA name'),
  dms: Dms,
  kinds: z.array(Kind),
  state: OnboardingState,
  reason: z.string().nullable().describe('Why it has ended so'),
  requestedBy: z.string(),
  startedAt: Time,
  askedAt: when.describe('When ProResponse was asked'),
  closedAt: when,
  exception: z.object({ by: z.string(), reason: z.string() }).nullable(),
  stopped: z
    .string()
    .nullable()
    .optional()
    .describe(
      'Why its workflow cannot continue until an engineer repairs it; absent while it can, null while Temporal cannot say',
    ),
  webUi: z.string().optional().describe('Its page in Temporal’s Web UI; absent where there is none'),
  steps: z.array(Step),
  openTasks: z
    .array(
      z
        .object({
          id: z.uuid(),
          kind: z.string().describe('`trial-blocked`: the first file cannot be tried until a person does it'),
          team: z.string(),
          title: z.string(),
        })
        .meta({ id: 'OpenOnboardingTask' }),
    )
    .describe('What it needs people for, the oldest first'),
});
const OnboardingSummary = summary.meta({ id: 'OnboardingSummary' });
export const OnboardingPage = pageSchema('OnboardingPage', { onboardings: z.array(OnboardingSummary) });

const Trial = z
  .object({
    runId: z.uuid(),
    startedAt: Time,
    endedAt: when,
    outcome: RunOutcome.nullable().describe('Null while it is in progress'),
    reason: z.string().nullable(),
    counts: RowCounts,
    contactsFound: z.int(),
    contactsCreated: z.int(),
    report: RunReport.nullable().describe('What it has found'),
    reportMissing: z.string().nullable().describe('Why the report cannot be shown'),
  })
  .meta({ id: 'OnboardingTrial' });

export const onboardingActions = ['record_permission', 'report_file', 'withdraw'] as const;
export type OnboardingAction = (typeof onboardingActions)[number];

const personal = 'With the scope feeds:write or contacts:read only';
export const Onboarding = summary
  .extend({
    contact: z
      .object({ name: z.string().nullable(), phone: z.string().nullable(), email: z.string().nullable() })
      .optional()
      .describe(`At the dealership. ${personal}`),
    permissions: z
      .array(
        z
          .object({
            outcome: z.enum(permissionOutcomes),
            on: z.iso.date(),
            recordedBy: z.string(),
            recordedAt: Time,
            saidBy: z.string().nullable().optional().describe(`Who has said it. ${personal}`),
            note: z.string().nullable().optional().describe(personal),
          })
          .meta({ id: 'OnboardingPermission' }),
      )
      .describe('What the dealer has said, the oldest first'),
    requests: z.array(z.object({ kinds: z.array(Kind), requestedBy: z.string(), requestedAt: Time })),
    imports: z.array(
      z
        .object({
          id: z.uuid(),
          kind: Kind,
          state: ImportState,
          address: z.string(),
          trial: Trial.nullable().describe('The latest'),
        })
        .meta({ id: 'OnboardedImport' }),
    ),
    tasks: z.array(
      z
        .object({
          id: z.uuid(),
          kind: z.string(),
          title: z.string(),
          team: z.string(),
          state: z.string(),
          assignee: z.string().nullable(),
          dueAt: when,
          closedAt: when,
          closedBy: z.string().nullable(),
        })
        .meta({ id: 'OnboardingTask' }),
    ),
    allowedActions: z
      .array(
        z.object({
          action: z.enum(onboardingActions),
          missing: z.string().nullable().describe('Why it is not allowed now; null when it is'),
        }),
      )
      .describe('What the caller may do with it now'),
  })
  .meta({ id: 'Onboarding' });
export type Onboarding = z.output<typeof Onboarding>;

export const NewPermission = z
  .strictObject({
    outcome: z
      .enum(permissionOutcomes)
      .describe('`withdrawn`: the dealer has taken it back; the onboarding ends, and its imports with it'),
    saidBy: Words(200).describe('Who at the dealership or at ProResponse has said it'),
    on: z.iso.date().describe('When they said it: a local date of the dealer, today or earlier'),
    note: Words(500).optional(),
  })
  .meta({ id: 'NewOnboardingPermission' });
export type NewPermission = z.output<typeof NewPermission>;

/** Where the first file is, with the names of a feed import's settings. */
export const Location = z
  .strictObject({
    directory: settingsFields.directory,
    filename: settingsFields.filename.default(defaultImport.filename),
    regex: settingsFields.regex.default(defaultImport.regex),
    host: settingsFields.host,
    port: settingsFields.port.default(defaultImport.port),
    hostKeys: settingsFields.hostKeys,
    username: settingsFields.username,
    password: settingsFields.password.default(null),
    privateKey: settingsFields.privateKey.default(null),
  })
  .check(checkPattern)
  .meta({ id: 'FirstFileLocation' });

export const FirstFile = z
  .strictObject({
    location: Location.optional().describe('Needed until it is known where the dealer’s files arrive'),
  })
  .meta({ id: 'FirstFile' });

export const OnboardingWithdrawal = z
  .strictObject({ reason: Words(500).describe('Why nobody wants these feeds any more') })
  .meta({ id: 'OnboardingWithdrawal' });
