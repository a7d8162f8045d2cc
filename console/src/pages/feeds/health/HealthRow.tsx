import { Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from '../../../parts/Link.tsx';
import { FeedState } from '../FeedState.tsx';
import { OutcomeBadge } from '../OutcomeBadge.tsx';
import { feedTitle, type Health, outcomeOf } from '../words.ts';
import { DaysChart } from './DaysChart.tsx';
import { HealthFacts } from './HealthFacts.tsx';
import classes from './health.module.css';
import { Needs } from './Needs.tsx';

/** One feed on the board. */
export function HealthRow({ feed }: { feed: Health }) {
  const { importId, dealerName, account, lastRun, needsPerson, days } = feed;
  const isOfInterest =
    lastRun && (lastRun.isSmall || !['imported', 'empty', 'no_files'].includes(lastRun.outcome ?? ''));
  return (
    <Paper component="li" withBorder p="sm" className={classes.row}>
      <Stack gap={2} className={classes.wide}>
        <Group gap={6}>
          <Link to="/feeds/$id" params={{ id: importId }} fw={600}>
            {dealerName ?? `Dealer ${account}`}
          </Link>
          {feed.state !== 'active' && <FeedState feed={{ ...feed, end: null }} />}
          {isOfInterest && <OutcomeBadge look={outcomeOf(lastRun)} />}
        </Group>
        <Text size="sm" c="dimmed">
          {feedTitle(feed)} · {account}
        </Text>
        <Needs tasks={needsPerson} />
      </Stack>
      <div className={classes.wide}>
        <DaysChart days={days} />
      </div>
      <HealthFacts feed={feed} />
    </Paper>
  );
}
