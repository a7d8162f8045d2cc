import { Text, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';

const inWords = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const inFull = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const lookAgainMs = 20_000;

/** The time now, in milliseconds; goes on while the page is open, also when nothing else changes. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookAgainMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** A time as people say it, such as "in 2 days"; the full one when pointed at. */
export function When({ at, ...rest }: { at: string } & TextProps) {
  const seconds = (Date.parse(at) - useNow()) / 1000;
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const);
  const words =
    unit === 'second' ? (seconds > 0 ? 'in a moment' : 'just now') : inWords.format(Math.round(seconds / length), unit);
  return (
    <Text span inherit title={inFull.format(new Date(at))} {...rest}>
      <time dateTime={at}>{words}</time>
    </Text>
  );
}

/** A time in full, for records. */
export function At({ at }: { at: string }) {
  return <time dateTime={at}>{inFull.format(new Date(at))}</time>;
}
