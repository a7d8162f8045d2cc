import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../../app/api.ts';
import { Loading } from '../../../parts/Loading.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import { healthInterval } from '../useFeed.ts';
import { type Feed, inWords } from '../words.ts';
import { DaysChart } from './DaysChart.tsx';
import { HealthFacts } from './HealthFacts.tsx';
import classes from './health.module.css';
import { Needs } from './Needs.tsx';

/** How one feed does, with its days in figures. */
export function FeedHealth({ feed: { id, account } }: { feed: Feed }) {
  const found = useQuery({
    queryKey: ['feed health', 'of dealer', account],
    queryFn: () => bodyOf(api.GET('/v1/feeds/health', { params: { query: { account, limit: 100 } } })),
    refetchInterval: healthInterval,
  });
  const health = found.data?.feeds.find(({ importId }) => importId === id);
  if (!health) return found.isPending ? <Loading what="its health" /> : <ProblemAlert error={found.error} />;
  const days = health.days.filter(({ runs }) => runs > 0).reverse();
  return (
    <Section title="Health">
      <Needs tasks={health.needsPerson} />
      <DaysChart days={health.days} />
      <div className={classes.facts}>
        <HealthFacts feed={health} />
      </div>
      {days.length > 0 && (
        <details>
          <summary>The last 30 days in figures</summary>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {['Date', 'Rows', 'Rejected', 'Runs', 'Seconds'].map((title) => (
                  <Table.Th key={title} scope="col">
                    {title}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {days.map(({ date, rows, rejected, runs, seconds }) => (
                <Table.Tr key={date}>
                  <Table.Td>{date}</Table.Td>
                  {[rows, rejected, runs, seconds].map((value, index) => (
                    <Table.Td key={String(index)}>{inWords(value)}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      )}
    </Section>
  );
}
