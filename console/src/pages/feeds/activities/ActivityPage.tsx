import { Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, bodyOf, isNotFound } from '../../../app/api.ts';
import { BackLink } from '../../../parts/BackLink.tsx';
import { Link } from '../../../parts/Link.tsx';
import { Loading } from '../../../parts/Loading.tsx';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import { type Activity, contactName, financeFacts, orNone } from '../activityWords.ts';
import { Facts } from '../Facts.tsx';
import { Match } from './Match.tsx';

/** One activity, and why it is its contact's. */
export function ActivityPage() {
  const { id } = useParams({ from: '/activities/$id' });
  const found = useQuery({
    queryKey: ['activity', id],
    queryFn: () => bodyOf(api.GET('/v1/activities/{id}', { params: { path: { id } } })),
  });
  const activity = found.data;
  if (!activity) {
    const isMissing = isNotFound(found.error);
    return (
      <Stack>
        <BackLink to="/activities">Activities</BackLink>
        {found.isPending && <Loading what="the activity" />}
        {found.error && <PageTitle>{isMissing ? 'Activity not found' : 'The activity cannot be shown'}</PageTitle>}
        <ProblemAlert error={found.error} />
      </Stack>
    );
  }
  const { title, date, dateLabel, account, contact } = activity;
  return (
    <Stack>
      <BackLink to="/activities" search={{ account }}>
        Activities of dealer {account}
      </BackLink>
      <PageTitle tab={title}>
        {title} of {date}
      </PageTitle>
      <ProblemAlert error={found.error} />
      <Text>
        {dateLabel} {date} ·{' '}
        <Link to="/contacts/$id" params={{ id: contact.id }} inherit>
          {contactName(contact)}
        </Link>
      </Text>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <ActivityFacts activity={activity} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Match id={id} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function ActivityFacts({ activity: { cashPurchase, finance, workOrder, unit, source } }: { activity: Activity }) {
  const terms = finance?.applicable ? finance : null;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ...(finance ? [['Cash Purchase', cashPurchase ? 'Yes' : 'No'] as const] : []),
          ...(finance
            ? financeFacts(terms).map(
                ([label, value]) =>
                  [
                    label,
                    <Text key={label} span inherit c={terms ? undefined : 'dimmed'}>
                      {value}
                    </Text>,
                  ] as const,
              )
            : []),
          ...(workOrder
            ? ([
                [
                  'Work Order Number',
                  `${orNone(workOrder.number)}${workOrder.isNumberDerived ? ' (derived: the file has none)' : ''}`,
                ],
                ['Work Order Amount', orNone(workOrder.amount)],
                ['Description', orNone(workOrder.description)],
              ] as const)
            : []),
          ['VIN', orNone(unit.vin)],
          ['Stock number', orNone(unit.stockNumber)],
          ['Unit', orNone([unit.year, unit.make, unit.model, unit.type].filter(Boolean).join(' '))],
          ...(unit.soldUnit
            ? [
                [
                  'Sold by the dealer',
                  <Link key="sale" to="/activities/$id" params={{ id: unit.soldUnit }} inherit>
                    Its latest sale
                  </Link>,
                ] as const,
              ]
            : []),
          [
            'Written from',
            <Link key="source" to="/feeds/$id" params={{ id: source.importId }} inherit>
              line {source.line} of {source.file ?? 'a file of this feed'}
            </Link>,
          ],
        ]}
      />
    </Section>
  );
}
