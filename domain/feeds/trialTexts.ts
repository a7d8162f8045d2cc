import { keyIsGone } from '../shared/recordCipher.ts';
import type { TaskContent } from '../shared/tasks.ts';
import { inWords, sentenceCase } from '../shared/words.ts';
import type { ContactRule, FeedRunOutcome, RowCounts } from './feeds.ts';
import type { DryRunReport, FileReport, SampledActivity } from './reports.ts';

/** What a trial has shown, as texts of the task of who approves it. They name no customer: tasks are not encrypted. */

export interface Trial {
  outcome: FeedRunOutcome;
  reason: string | null;
  counts: RowCounts;
  contactsFound: number;
  contactsCreated: number;
  /** Absent when the key that it was encrypted with is not held any more. */
  report?: DryRunReport;
}

/** Of all files together. */
const [mostRejections, mostSamples] = [20, 5];

const outcomeWords: Readonly<Record<FeedRunOutcome, string>> = {
  imported: 'The file can be imported',
  empty: 'The file has no rows',
  no_files: 'There is no file',
  needs_person: 'The file cannot be imported as it is',
  failed: 'The trial had to stop',
};

export function trialTexts(trial: Trial): TaskContent['texts'] {
  const { outcome, reason, counts, contactsFound, contactsCreated, report } = trial;
  const only = (label: string, value: string) => ({ label, value, isNote: true as const });
  const number = (count: number) => count.toLocaleString('en-US');
  const files = report?.files ?? [];
  const rejected = files.flatMap(rejectionsInWords).slice(0, mostRejections);
  const samples = files.flatMap(({ sample }) => sample).slice(0, mostSamples);
  return [
    only('Result', reason ? `${outcomeWords[outcome]}: ${reason}` : outcomeWords[outcome]),
    only(
      'Rows',
      `${number(counts.read)} read, ${number(counts.inserted + counts.updated)} to import, ${number(counts.rejected)} rejected`,
    ),
    only('Contacts', `${number(contactsFound)} found, ${number(contactsCreated)} to create`),
    ...(report ? [] : [only('Report', keyIsGone)]),
    ...rejected.map((one) => only('Rejected', one)),
    ...samples.map((one) => only('An activity as it will be', activityInWords(one))),
  ];
}

/** Why the file is not imported, and why rows of it are not. */
function rejectionsInWords({ path, reason, rejections }: FileReport): string[] {
  const rows = rejections.map((row) => `${path}, line ${row.line}: ${row.reason}`);
  return reason === undefined ? rows : [`${path}: ${reason}`, ...rows];
}

const contactInWords: Readonly<Record<ContactRule, string>> = {
  customer_number: 'found by customer number',
  email: 'found by email',
  phone: 'found by phone',
  name_postal_code: 'found by name and postal code',
  created: 'to create',
  kept: 'as before',
  assigned: 'as a person has assigned it',
};

/** With the labels that the activity has for its readers, and without its customer. */
function activityInWords(sample: SampledActivity): string {
  const { type, occurredOn, vin, stockNumber, description, contactRule } = sample;
  const own =
    type === 'sold_unit'
      ? [`Sold Date ${occurredOn}`, ...financeInWords(sample)]
      : [`Date ${occurredOn}`, ...workOrderInWords(sample)];
  const unit = [vin && `VIN ${vin}`, stockNumber && `Stock Number ${stockNumber}`, description];
  const parts = [...own, ...unit, `contact ${contactInWords[contactRule]}`];
  return `${sentenceCase(inWords(type))}: ${parts.filter(Boolean).join(', ')}`;
}

function financeInWords({ amountFinanced, term, monthlyPayment, finalPaymentOn }: SampledActivity) {
  if (amountFinanced === null) return ['Cash Purchase: Yes'];
  return [
    ...['Cash Purchase: No', `Amount Financed ${amountFinanced}`],
    term !== null && `Term ${term}`,
    monthlyPayment && `Monthly Payment ${monthlyPayment}`,
    finalPaymentOn && `Final Payment Date ${finalPaymentOn}`,
  ];
}

function workOrderInWords({ workOrderNumber, isNumberDerived, amount }: SampledActivity) {
  const number = `Work Order Number ${workOrderNumber}${isNumberDerived ? ' (derived)' : ''}`;
  return [number, amount && `Work Order Amount ${amount}`];
}
