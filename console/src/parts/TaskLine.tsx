import { Link } from './Link.tsx';
import { useNames } from './usePeople.ts';
import { When } from './When.tsx';

export interface TaskOfStep {
  id: string;
  title: string;
  assignee: string | null;
  closedAt: string | null;
  dueAt: string | null;
}

/** A task on one line: who has it, and until when. */
export function TaskLine({ task: { id, title, assignee, closedAt, dueAt } }: { task: TaskOfStep }) {
  const nameOf = useNames();
  return (
    <div>
      <Link to="/tasks/$id" params={{ id }} size="sm" underline="always">
        {title}
      </Link>
      {!closedAt && (
        <>
          {assignee ? ` · ${nameOf(assignee)}` : ' · unclaimed'}
          {dueAt && (
            <>
              {' · due '}
              <When at={dueAt} />
            </>
          )}
        </>
      )}
    </div>
  );
}
