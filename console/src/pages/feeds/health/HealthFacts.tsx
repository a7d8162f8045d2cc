import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from '../../../parts/Link.tsx';
import { When } from '../../../parts/When.tsx';
import { type Health, inWords } from '../words.ts';
import { trendWords } from './trend.ts';

/** What one compares of feeds. */
export function HealthFacts({ feed }: { feed: Health }) {
  const { importId, lastSuccess, rowsToCorrect, quietDays, usualRows, days, nextRunAt, nextRunIsKnown, state } = feed;
  const trend = trendWords(days);
  const none = state === 'paused' ? 'paused' : nextRunIsKnown ? 'not scheduled' : 'not known: Temporal does not answer';
  return (
    <>
      <Fact
        label="Last success"
        value={lastSuccess ? <When at={lastSuccess.at} /> : 'none yet'}
        more={
          quietDays > 0
            ? `nothing for ${quietDays === 1 ? 'a day' : `${inWords(quietDays)} days`}`
            : lastSuccess && `took ${inWords(lastSuccess.seconds)} s`
        }
      />
      <Fact
        label="Rows"
        value={lastSuccess ? inWords(lastSuccess.rows) : '–'}
        more={usualRows !== null && `usual today: ${inWords(usualRows)}`}
      />
      <Fact label="Rows to correct" value={<ToCorrect id={importId} count={rowsToCorrect} />} />
      <Fact label="Trend" value={trend} more={/^(up|down)/.test(trend) && 'compared with the week before'} />
      <Fact label="Next run" value={nextRunAt ? <When at={nextRunAt} /> : none} />
    </>
  );
}

function ToCorrect({ id, count }: { id: string; count: number }) {
  if (count === 0) return '0';
  return (
    <Link to="/feeds/$id/rejected" params={{ id }} inherit>
      {inWords(count)}
    </Link>
  );
}

function Fact({ label, value, more }: { label: string; value: ReactNode; more?: string | false | null }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm">{value}</Text>
      {more && (
        <Text size="xs" c="dimmed">
          {more}
        </Text>
      )}
    </div>
  );
}
