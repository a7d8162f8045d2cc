import { v5 as uuidOf } from 'uuid';
import { type ChecklistSnapshot, type ChecklistStep, openStates, type StepState } from '../shared/checklist.ts';
import { cleanName } from '../shared/identifiers.ts';
import type { TaskAnswers } from '../shared/tasks.ts';
import type { DealerEntitlement, MissingEntitlement } from './eligibility.ts';
import { type FeedDms, type FeedImportSettings, type FeedKind, feedDmsTitles, feedKinds, kindsOfDms } from './feeds.ts';

/** Onboarding: from the account manager's request to the daily sync (spec: proresponse-feeds.md, "Onboarding"). */

/**
 * `refused` and `no_answer`: by the dealer. `withdrawn`: the dealer has taken its permission back, or nobody wants the feeds any
 * more. `not_completed`: a team lead has closed a step without completing it.
 */
export const onboardingEnds = ['done', 'refused', 'no_answer', 'withdrawn', 'not_entitled', 'not_completed'] as const;
export type OnboardingEnd = (typeof onboardingEnds)[number];
export const onboardingStates = [...openStates, ...onboardingEnds] as const;
export type OnboardingState = (typeof onboardingStates)[number];

/** In their order. */
export const onboardingStepCatalog = {
  information: { title: 'Complete the request' },
  request: { title: 'Ask ProResponse for the data' },
  permission: { title: 'Permission of the dealer' },
  escalation: { title: 'Follow up on the permission' },
  'first-file': { title: 'Where the files arrive' },
  'trial-sales': { title: 'Trial of the first sales file' },
  'trial-service': { title: 'Trial of the first service file' },
  'lead-export': { title: 'Exclude activities from the lead export' },
  schedules: { title: 'Start the daily sync' },
  'stop-delivery': { title: 'Tell ProResponse to stop' },
} as const;
export type OnboardingStep = keyof typeof onboardingStepCatalog;

/** Sales and service are tried separately (spec: proresponse-feeds.md, steps 4 and 6). */
export const trialStep: Readonly<Record<FeedKind, OnboardingStep & `trial-${FeedKind}`>> = {
  sales: 'trial-sales',
  service: 'trial-service',
};

/** What a step waits for besides people, by the code of the search attribute. */
export const onboardingWaitTitles = {
  cst: 'CST',
  mail_server: 'the mail server',
  proresponse: 'ProResponse',
  sftp_server: 'the SFTP server',
} as const;
export type OnboardingWait = keyof typeof onboardingWaitTitles;

export type OnboardingProgress = ChecklistSnapshot<OnboardingStep, OnboardingWait, OnboardingEnd>;
export type OnboardingStepProgress = ChecklistStep<OnboardingStep, OnboardingWait>;

/** The steps of every onboarding; the others are added where they happen. */
export function onboardingStepsAhead(kinds: readonly FeedKind[]): OnboardingStepProgress[] {
  const steps: OnboardingStep[] = [
    ...(['information', 'request', 'permission', 'first-file'] as const),
    ...kinds.map((kind) => trialStep[kind]),
    ...(['lead-export', 'schedules'] as const),
  ];
  return steps.map((step) => ({ step, title: onboardingStepCatalog[step].title, state: 'next' as StepState }));
}

/** Whom ProResponse asks for the dealer's permission. */
export interface OnboardingContact {
  name: string;
  phone: string;
  email: string;
}

export const contactFields = ['contactName', 'contactPhone', 'contactEmail'] as const;
/** What the T2 support team is asked for when a request does not say it, or the account's record does not. */
export type MissingInformation = (typeof contactFields)[number] | 'kinds' | MissingEntitlement;

/** What is known of an onboarding that may be missing. */
export interface OnboardingInformation extends DealerEntitlement {
  kinds: readonly FeedKind[];
  contactName: string | null;
  contactPhone: string | null;
  contactEmail: string | null;
}

/** What of these is not known; of the package and the level `eligibilityOf` says it. */
export function missingOf(known: Omit<OnboardingInformation, keyof DealerEntitlement>): MissingInformation[] {
  const missing: MissingInformation[] = contactFields.filter((field) => known[field] === null);
  return known.kinds.length === 0 ? [...missing, 'kinds'] : missing;
}

/** In the words that ProResponse gets: exactly `Sales`, `Service` or `Sales and Service`. */
export function kindsInWords(kinds: readonly FeedKind[]): string {
  const titles = { sales: 'Sales', service: 'Service' };
  return inOrder(kinds)
    .map((kind) => titles[kind])
    .join(' and ');
}

/** Each once, sales first. */
export function inOrder(kinds: readonly FeedKind[]): FeedKind[] {
  return feedKinds.filter((kind) => kinds.includes(kind));
}

/** Why a DMS does not offer a kind; undefined where it does. */
export function notOffered(dms: FeedDms, kind: FeedKind): string | undefined {
  const offered = kindsOfDms[dms];
  if (offered.includes(kind)) return undefined;
  return `is not offered: ${feedDmsTitles[dms]} has ${kindsInWords(offered)} only`;
}

/** What a request for a CDK dealer is answered with (spec: proresponse-feeds.md, "Other DMS on the same path"). */
export const noCdk =
  'CDK’s data does not come through ProResponse: ask for a pipeline instead (Pipelines), for which the dealer gives its CMF number and a one-time permission.';

export const permissionOutcomes = ['granted', 'refused', 'withdrawn'] as const;
export type PermissionOutcome = (typeof permissionOutcomes)[number];

/** Where the first file is: all that the imports need besides their defaults. */
export type FileLocation = Pick<
  FeedImportSettings,
  'host' | 'port' | 'hostKeys' | 'directory' | 'filename' | 'regex' | 'username' | 'password' | 'privateKey'
>;

/** What the task `first-file` was answered with. */
export function locationOfAnswers(answers: TaskAnswers): FileLocation {
  const text = (name: string) => cleanName(String(answers[name] ?? ''));
  const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text('host')) ?? [];
  const secret = text('secret');
  const isPassword = answers.signInWith === 'password';
  return {
    ...{ host: host.toLowerCase(), port: port === undefined ? 22 : Number(port) },
    ...{ hostKeys: [text('hostKey').replace(/=$/, '')], directory: text('directory') },
    ...{ filename: text('filename'), regex: true, username: text('username') },
    password: isPassword ? secret : null,
    privateKey: isPassword ? null : secret,
  };
}

/** One per dealer and DMS at a time. */
export function onboardingWorkflowId({ account, dms }: { account: string; dms: FeedDms }): string {
  return `feeds/onboard/${account}/${dms}`;
}

/** The feed import that an onboarding creates for a kind: its ID is known before. */
export function onboardedImportId(onboardingId: string, kind: FeedKind): string {
  return uuidOf(`feed-import/${kind}`, onboardingId);
}

/** For people, such as `Onboarding of IDS, dealer D-1001`. */
export function onboardingTitle({ account, dms }: { account: string; dms: FeedDms }): string {
  return `Onboarding of ${feedDmsTitles[dms]}, dealer ${account}`;
}
