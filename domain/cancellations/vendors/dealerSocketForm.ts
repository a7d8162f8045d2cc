import type { DealerName } from '../../shared/accounts.ts';
import { cleanName } from '../../shared/identifiers.ts';
import type { TaskField, TaskWording } from '../../shared/tasks.ts';
import type { GroupAnswer } from '../groupQuestion.ts';

/** The task to submit DealerSocket's form (spec: cancellations.md, "DealerSocket"). */

export interface DealerSocketFacts {
  dealerName: string;
  /** The dealer's ID at the vendor, here the CRM ID. */
  dealerId: string;
  group?: GroupAnswer;
  /** The dealers with similar names, for the person to compare. */
  candidates?: DealerName[];
  /** What Salesforce knows of the dealer for the form's other fields. */
  salesAccount?: SalesAccountFacts | null;
  /** Why there is none. */
  salesforceReason?: string;
}

interface SalesAccountFacts {
  name: string | null;
  phone: string | null;
  street: string | null;
  city: string | null;
  state: string | null;
  postalCode: string | null;
  website: string | null;
}

const question = 'Part of a group?';

export function dealerSocketContent(facts: DealerSocketFacts): TaskWording {
  const { dealerId, dealerName, group, candidates = [], salesAccount, salesforceReason } = facts;
  const why = salesforceReason ? ` (Dealerops could not: ${salesforceReason})` : '';
  return {
    title: `Submit DealerSocket's cancellation form for ${dealerName}`,
    url: 'https://sway.cloud.microsoft/7TXiMZPpBpQKqfrq?ref=Link',
    instructions: [
      "Open DealerSocket's public vendor page (no login).",
      'Choose the option "Cancellations" (one of 4).',
      'Fill in every required field of the form with the texts below.',
      ...(isDecided(group) ? [] : [howToDecide(candidates)]),
      ...(salesAccount ? [] : [`Take phone, address and website from the dealer’s account in Salesforce${why}.`]),
      'Submit the form, then confirm it under “Finish”.',
    ],
    texts: [
      { label: 'CRM ID', value: dealerId },
      { label: 'Dealership name', value: salesAccount?.name ?? dealerName },
      { label: question, value: groupText(group) },
      ...salesTexts(salesAccount),
      { label: `Why this answer to "${question}"`, value: group?.reason ?? 'not known', isNote: true },
      ...candidates.map(({ id, name }, index) => ({
        label: `Dealer with a similar name ${index + 1}`,
        value: `${cleanName(name)} (${id})`,
        isNote: true as const,
      })),
    ],
  };
}

export function dealerSocketFields({ group }: DealerSocketFacts): TaskField[] {
  const submitted: TaskField = { name: 'submitted', label: 'The form is submitted', type: 'confirm' };
  return isDecided(group) ? [submitted] : [groupField, submitted];
}

const groupField: TaskField = {
  name: 'group',
  label: `Your answer to "${question}" on the form`,
  type: 'choice',
  choices: [
    { value: 'yes', label: 'Yes' },
    { value: 'no', label: 'No' },
  ],
};

function isDecided(group: GroupAnswer | undefined): boolean {
  return group?.answer !== 'maybe' && group?.answer !== 'unknown';
}

function howToDecide(candidates: DealerName[]): string {
  const compare = candidates.length > 0 ? ' Compare the dealers with similar names below.' : '';
  return `Decide "${question}" yourself: Yes if the account has a parent account in Salesforce, or if CST has another dealer of the same group.${compare}`;
}

function groupText(group: GroupAnswer | undefined): string {
  if (group?.answer === 'yes') return 'Yes';
  if (group?.answer === 'no') return 'No';
  return group?.answer === 'maybe'
    ? 'Maybe: Yes if one of the dealers below belongs to the same group, otherwise No'
    : 'Yes if the account has a parent account in Salesforce, otherwise No';
}

function salesTexts(sales: SalesAccountFacts | null | undefined): { label: string; value: string }[] {
  if (!sales) return [];
  const all = [
    { label: 'Phone', value: sales.phone },
    { label: 'Street', value: sales.street },
    { label: 'City', value: sales.city },
    { label: 'State', value: sales.state },
    { label: 'ZIP code', value: sales.postalCode },
    { label: 'Website', value: sales.website },
  ];
  return all.flatMap(({ label, value }) => (value ? [{ label, value }] : []));
}
