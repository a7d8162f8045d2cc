import { oneLine, type TaskContent } from '../shared/tasks.ts';
import { vendorTitle } from '../shared/vendors.ts';
import { inWords } from '../shared/words.ts';
import type { ArrivalCount } from './dataAfterEnd.ts';
import type { CancellationTask } from './vendors/entry.ts';

/** The task of data that still arrives after the end (spec: cancellations.md, last section). */
export const dataAfterEndTask: CancellationTask = {
  team: 'ops',
  dueBusinessDays: 1,
  guard: 'still-ended',
  content: ({ integration, account, dealerName, dealerId, arrivals }) => ({
    title: `Data still arrives from ${vendorTitle(integration)} for ${dealerName}, after the end`,
    instructions: [
      `The integration with ${vendorTitle(integration)} has ended, but its data still arrives.`,
      'Find out why: look at the steps and the evidence of the cancellation, and ask the vendor.',
      'If the vendor still sends, have it ended there. If the dealer has a new integration, say so: its data is then expected.',
      'Under “Finish”, say what was done.',
    ],
    texts: withArrivals(arrivals, [
      { label: 'Account', value: account },
      { label: 'Dealership', value: dealerName },
      { label: `ID at ${vendorTitle(integration)}`, value: dealerId },
    ]),
  }),
  fields: () => [
    {
      name: 'outcome',
      label: 'What you found',
      type: 'choice',
      choices: [
        { value: 'ended_now', label: 'The vendor still sent data, and has ended it now' },
        { value: 'late_data', label: 'It was data of before the end' },
        { value: 'new_integration', label: 'The dealer has a new integration: the data is expected' },
      ],
    },
    { name: 'action', label: 'What was done, in a few words', type: 'note' },
  ],
  spansDays: true,
  ifNotCompleted: ({ integration, account, dealerName }) =>
    `${vendorTitle(integration)} may keep sending data for ${dealerName} (${account}), after the end.`,
  evidence: ({ outcome, action }) => `${inWords(String(outcome))}: ${oneLine(String(action))}`,
};

const label = { so_far: 'Arrived so far', first: 'First arrival (UTC)', last: 'Last arrival (UTC)', sources: 'Where' };

/** The task's texts with what has arrived so far in place of what had before. */
export function withArrivals(arrivals: ArrivalCount | undefined, texts: TaskContent['texts']): TaskContent['texts'] {
  const others = texts.filter((text) => !Object.values(label).includes(text.label));
  if (!arrivals) return others;
  const { files, records, first, last, sources } = arrivals;
  const counted = [countOf(files, 'file'), countOf(records, 'record')].filter(Boolean).join(', ');
  return [
    ...others,
    { label: label.so_far, value: counted, isNote: true },
    { label: label.first, value: minute(first), isNote: true },
    { label: label.last, value: minute(last), isNote: true },
    ...(sources.length > 0 ? [{ label: label.sources, value: sources.join(', '), isNote: true as const }] : []),
  ];
}

function countOf(count: number, one: string): string {
  return count === 0 ? '' : `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** @param time ISO 8601, in UTC */
function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
