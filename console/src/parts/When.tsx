import { Text, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { fullTime, timeAtDealer } from '../../../domain/shared/times.ts';

const inWords = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' });
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
    <Text span inherit title={fullTime(at)} {...rest}>
      <time dateTime={at}>{words}</time>
    </Text>
  );
}

/**
 * A time in full, in the person's time zone, and in the dealer's where its clocks show another time.
 * @param dealerZone the dealer's IANA time zone
 */
export function At({ at, dealerZone }: { at: string; dealerZone?: string | null }) {
  const there = dealerZone && timeAtDealer(at, dealerZone);
  return (
    <time dateTime={at}>
      {fullTime(at)}
      {there && ` (${there} at the dealer)`}
    </time>
  );
}
