import { lazy, Suspense } from 'react';
import type { HealthDay } from '../words.ts';
import classes from './health.module.css';
import { daysWords } from './trend.ts';

const DaysPlot = lazy(() => import('./DaysPlot.tsx'));

/** What a feed delivered on each date, as a small chart; the same in words for those who do not see it. */
export function DaysChart({ days }: { days: HealthDay[] }) {
  return (
    <div role="img" aria-label={daysWords(days)} className={classes.chart}>
      <Suspense>
        <DaysPlot days={days} />
      </Suspense>
    </div>
  );
}
