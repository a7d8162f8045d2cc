const onboardingTaskKinds = [
  'onboarding-information',
  'proresponse-mail',
  'proresponse-mail-unknown',
  'permission-overdue',
  'first-file',
  'trial-blocked',
  'trial-approval',
  'exclude-from-lead-export',
] as const;
export type OnboardingTaskKind = (typeof onboardingTaskKinds)[number];

/** Of the tasks of feeds, those whose subject is an onboarding and not a feed import. */
export function isOnboardingTask(kind: string): kind is OnboardingTaskKind {
  return (onboardingTaskKinds as readonly string[]).includes(kind);
}
