import { z } from 'zod';
import { gateOf } from '../../../domain/cancellations/gate.ts';
import type { ApiOptions } from '../../server/options.ts';
import { Time } from '../../server/time.ts';
import type { DealerRecords, Lookup } from '../shared/dealerLookup.ts';

export const DealerGate = z
  .object({
    account: z
      .string()
      .nullable()
      .describe(
        'Whose Effective Status counts: the parent sales account, or the dealer if it has none; null if that is not known',
      ),
    status: z.string().nullable().describe('In quotes, with what cannot be seen as escapes, where it is not plain'),
    answer: z
      .enum(['open', 'active', 'not-understood', 'unknown'])
      .describe(
        '`open`: DMS feeds may be ended; `active`: they are not; `not-understood`, `unknown`: neither, until a person or CST says more',
      ),
    reason: z.string().describe('The answer as a sentence'),
    readAt: Time.describe('When the status was read: it is read again before each step that cannot be undone'),
  })
  .meta({ id: 'DealerGate' });

/** What the gate of the DMS procedures would answer now; what is not known blocks. */
export function dealerGate({ cancellations }: ApiOptions, { own, parent }: DealerRecords): z.output<typeof DealerGate> {
  if (parent === undefined) return blocked(own, null, 'The dealer’s account');
  const lookup = parent?.lookup ?? own;
  const account = parent?.account ?? null;
  if (lookup.state !== 'found') return blocked(lookup, account, `The parent sales account ${account}`);
  const { readAt } = lookup;
  const gate = gateOf(lookup.account, cancellations.inactiveStatuses);
  const status = `the Effective Status of ${gate.account} is ${gate.status}`;
  const reason = {
    open: `DMS feeds may be ended: ${status}.`,
    active: `DMS feeds are not ended: ${status}.`,
    'not-understood': `DMS feeds are not ended before a person has looked: ${status}, which is neither Active nor on the list of inactive statuses.`,
  }[gate.answer];
  return { ...gate, reason, readAt };
}

function blocked(lookup: Lookup, account: string | null, subject: string): z.output<typeof DealerGate> {
  const why = {
    found: 'has no answer',
    not_found: 'is not known',
    unusable: 'has a record that cannot be used',
    unavailable: 'cannot be read now',
  }[lookup.state];
  const reason = `DMS feeds are not ended: ${subject} ${why}.`;
  return { account, status: null, answer: 'unknown', reason, readAt: lookup.readAt };
}
