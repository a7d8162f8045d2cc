import { Runtime } from '@temporalio/worker';
import type { Db } from '../db/client.ts';
import { type FeedMeasures, measureFeeds } from '../db/queries/feeds/health.ts';

const everyMs = 60_000;

const descriptions = {
  active: 'Feed imports whose files are taken',
  needing_person: 'Feed imports with an open task',
  quiet: 'Active feed imports that have delivered nothing for as many days as they say',
  rows_last_day: 'Rows that feeds have imported, or known already, within 24 hours',
  rejected_rows_last_day: 'Rows of feeds that could not be read within 24 hours',
  longest_run_seconds_last_day: 'How long the longest run of a feed within 24 hours took',
} as const satisfies Record<keyof FeedMeasures, string>;

/**
 * Keeps the gauges `dealerops_feeds_…` among the worker's metrics: of all feeds together, since `GET /v1/feeds/health` has each.
 * While PostgreSQL does not answer they stay as they are.
 * @returns ends it
 */
export function measuringFeeds(db: Db): () => void {
  const names = Object.keys(descriptions) as (keyof FeedMeasures)[];
  const gauges = names.map((name) => ({
    name,
    gauge: Runtime.instance().metricMeter.createGauge(`dealerops_feeds_${name}`, 'int', undefined, descriptions[name]),
  }));
  const measure = () =>
    void measureFeeds(db).then(
      (measured) => {
        for (const { name, gauge } of gauges) gauge.set(measured[name]);
      },
      () => {},
    );
  measure();
  const timer = setInterval(measure, everyMs).unref();
  return () => clearInterval(timer);
}
