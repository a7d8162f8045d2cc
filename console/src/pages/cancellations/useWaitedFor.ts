import { isTeam } from '../../../../domain/shared/tasks.ts';
import { sentenceCase } from '../../../../domain/shared/words.ts';
import { useNames } from '../../parts/usePeople.ts';

/** Whom or what a step waits for, in words. */
export function useWaitedFor(): (waitingOn: string) => string {
  const nameOf = useNames();
  return (waitingOn) => (isTeam(waitingOn) ? `the team ${sentenceCase(waitingOn)}` : nameOf(waitingOn));
}
