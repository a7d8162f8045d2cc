import { Paper, Text } from '@mantine/core';
import { activityTypeTitles } from '../../../../../domain/feeds/feeds.ts';
import { contactRuleWords, financeFacts, orNone, type Sample, unitWords } from '../activityWords.ts';
import { Facts } from '../Facts.tsx';

/** An activity as it would be imported, and whose it would be. */
export function SampledActivity({ activity }: { activity: Sample }) {
  const { type, occurredOn, isCashPurchase, amountFinanced, term, monthlyPayment, finalPaymentOn } = activity;
  const { workOrderNumber, isNumberDerived, amount, description, contactRule, contactCandidates, contact } = activity;
  const isSale = type === 'sold_unit';
  const terms = { amountFinanced, term, monthlyPayment, finalPaymentDate: finalPaymentOn };
  const name = [contact.firstName, contact.lastName].filter(Boolean).join(' ') || contact.company;
  const reached = [contact.customerNumber, contact.email, contact.phone, contact.postalCode].filter(Boolean).join(', ');
  const found = `${contactRuleWords[contactRule]}${contactCandidates > 1 ? `, the oldest of ${contactCandidates}` : ''}`;
  return (
    <Paper component="li" withBorder p="xs">
      <Text size="sm" fw={600}>
        {activityTypeTitles[type]} of {occurredOn}
      </Text>
      <Facts
        facts={[
          ['Contact', `${orNone(name)} (${found})`],
          ['Known by', orNone(reached)],
          [
            'Unit',
            unitWords({ ...activity, year: activity.unitYear, make: activity.unitMake, model: activity.unitModel }),
          ],
          ...(isSale
            ? [
                ['Cash Purchase', isCashPurchase ? 'Yes' : 'No'] as const,
                ...financeFacts(isCashPurchase ? null : terms),
              ]
            : ([
                ['Work Order Number', `${orNone(workOrderNumber)}${isNumberDerived ? ' (derived)' : ''}`],
                ['Work Order Amount', orNone(amount)],
                ['Description', orNone(description)],
              ] as const)),
        ]}
      />
    </Paper>
  );
}
