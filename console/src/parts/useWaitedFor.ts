import { isTeam } from '../../../domain/shared/tasks.ts';
import { sentenceCase } from '../../../domain/shared/words.ts';
import { useNames } from './usePeople.ts';

/** Whom or what a step waits for, in words. @param titles of what a process waits for besides people and systems that all know */
export function useWaitedFor(titles: Readonly<Record<string, string>> = {}): (waitingOn: string) => string {
  const nameOf = useNames();
  return (waitingOn) =>
    titles[waitingOn] ?? (isTeam(waitingOn) ? `the team ${sentenceCase(waitingOn)}` : nameOf(waitingOn));
}
