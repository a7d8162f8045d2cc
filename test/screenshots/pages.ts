import type { RunningStage, Who } from './stage.ts';

export interface CapturedPage {
  name: string;
  path: string;
  /** Nobody is signed in when absent. */
  as?: Who;
}

/** Every page of the console, with what the demo has left in it. */
export async function everyPage({ ask }: RunningStage): Promise<CapturedPage[]> {
  const taskOf = async (query: string) => {
    const { tasks } = await ask<{ tasks: { id: string }[] }>(`/v1/tasks?${query}&limit=1`);
    return `/tasks/${tasks[0]!.id}`;
  };
  const cancellationOf = async (account: string) => {
    const path = `/v1/cancellations?account=${account}&limit=1`;
    const { cancellations } = await ask<{ cancellations: { id: string }[] }>(path);
    return `/cancellations/${cancellations[0]!.id}`;
  };
  const [ended, waiting] = [await cancellationOf('D-1703'), await cancellationOf('D-1906')];
  const olivia = (name: string, path: string): CapturedPage => ({ name, path, as: 'olivia' });
  const lena = (name: string, path: string): CapturedPage => ({ name, path, as: 'lena' });
  return [
    { name: 'sign-in', path: '/' },
    olivia('overview', '/'),
    lena('overview-team-lead', '/'),
    olivia('work', '/work'),
    ...['mine', 'unclaimed', 'team', 'late', 'later'].map((view) => olivia(`work-${view}`, `/work?view=${view}`)),
    lena('work-escalated', '/work?view=escalated'),
    olivia('task-unclaimed', await taskOf('account=D-1901')),
    olivia('task-claimed', await taskOf('account=D-1902')),
    lena('task-escalated', await taskOf('account=D-1903&state=escalated')),
    olivia('task-put-off', await taskOf('account=D-1904')),
    olivia('task-late', await taskOf('account=D-1905')),
    olivia('task-done', await taskOf('state=done')),
    olivia('dealers', '/dealers'),
    olivia('dealer', '/dealers/D-1703'),
    olivia('cancellations', '/cancellations'),
    olivia('cancellation-new', '/cancellations/new?account=D-1104'),
    olivia('cancellation-ended', ended),
    olivia('cancellation-waiting', waiting),
    olivia('cancellation-record', `${ended}/record`),
    ...['people', 'keys', 'schedules', 'events'].map((view) => lena(`admin-${view}`, `/admin?view=${view}`)),
    ...['inbox', 'systems', 'faults'].map((view) => olivia(`sandbox-${view}`, `/sandbox?view=${view}`)),
    olivia('sessions', '/sessions'),
    olivia('not-found', '/no-such-page'),
  ];
}
