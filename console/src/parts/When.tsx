import { Text, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { fromNow, fullTime, timeAtDealer } from '../../../domain/shared/times.ts';

const lookAgainMs = 20_000;

/** The time now, in milliseconds; goes on while the page is open, also when nothing else changes. */
export function useNow(): number {
  const [, setLooks] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setLooks((looks) => looks + 1), lookAgainMs);
    return () => clearInterval(timer);
  }, []);
  // Of each look: what has just been loaded is not later than that.
  return Date.now();
}

/** A time as people say it, such as "in 2 days"; the full one when pointed at. */
export function When({ at, ...rest }: { at: string } & TextProps) {
  const words = fromNow(at, useNow());
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
