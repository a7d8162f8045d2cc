import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import type { HealthDay } from '../words.ts';

const height = 44;
const bars = UPlot.paths.bars!({ size: [0.75, 24] });

/** A bar for each date, with its rejected rows at the top; comes with its own code. */
export default function DaysPlot({ days }: { days: HealthDay[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const theme = useComputedColorScheme();
  // A new answer with the same days draws nothing again.
  const content = JSON.stringify(days.map(({ rows, rejected }) => [rows, rejected]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's colors are read while it is drawn
  useEffect(() => {
    const within = frame.current!;
    const plot = plotIn(within, JSON.parse(content));
    const resized = new ResizeObserver(() => plot.setSize({ width: within.clientWidth, height }));
    resized.observe(within);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [content, theme]);
  return <div ref={frame} style={{ height }} />;
}

function plotIn(within: HTMLElement, days: [rows: number, rejected: number][]): UPlot {
  const color = (name: string) => getComputedStyle(within).getPropertyValue(`--mantine-color-${name}`);
  const series = (fill: string): UPlot.Series => ({ fill, width: 0, paths: bars, points: { show: false } });
  const most = Math.max(1, ...days.map(([rows, rejected]) => rows + rejected));
  return new UPlot(
    {
      ...{ width: within.clientWidth, height, padding: [2, 0, 0, 0] },
      scales: { x: { time: false, range: [-0.5, days.length - 0.5] }, y: { range: [0, most] } },
      axes: [{ show: false }, { show: false }],
      legend: { show: false },
      cursor: { show: false },
      series: [{}, series(color('red-filled')), series(color('blue-filled'))],
    },
    [days.map((_, index) => index), days.map(([rows, rejected]) => rows + rejected), days.map(([rows]) => rows)],
    within,
  );
}
