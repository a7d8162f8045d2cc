import { StateBadge } from './StateBadge.tsx';
import { useNow } from './When.tsx';

/** Where a task stands; one that is put off says so, whoever has it. */
export function TaskBadge({ task: { state, followUpAt } }: { task: { state: string; followUpAt: string | null } }) {
  const now = useNow();
  const isCurrent = state === 'open' || state === 'claimed';
  const isForLater = followUpAt !== null && Date.parse(followUpAt) > now;
  return <StateBadge state={isCurrent && isForLater ? 'put_off' : state} />;
}
