import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineUpdate,
  isCancellation,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import type { TaskFacts } from '../../activities/tasks.ts';
import type { TaskRefusal, TaskUpdates } from '../../domain/messages.ts';
import type { NoticeTopic } from '../../domain/noticeTexts.ts';
import {
  openTaskStates,
  problemsWithAnswers,
  type TaskAnswers,
  type TaskField,
  type TaskKind,
  type TaskState,
} from '../../domain/tasks.ts';
import { completionProof } from '../../domain/taskTexts.ts';
import { act, record, tell } from './activities.ts';
import { isWithdrawal } from './failures.ts';
import { inBackground, patiently } from './notice.ts';

/** How a person's task came to its end. */
export type TaskOutcome =
  | { how: 'done'; by: string; answers: TaskAnswers; proof: string }
  | { how: 'not_done'; by: string; because: string; begun: boolean }
  /** Not by its person: the cancellation was withdrawn, or `byGate`, the account is Active. */
  | { how: 'closed'; because: string; begun: boolean; byGate: boolean };

/** Answers whether a gated task may be begun and go on; the reason when not. */
export type StillRight = () => Promise<{ ok: true } | { ok: false; because: string }>;

interface Task {
  id: string;
  kind: TaskKind;
  state: TaskState;
  assignee: string | null;
  /** Whether anybody has ever claimed it: they may have done it without saying so. */
  begun: boolean;
  /** Known when the task's row is written; a person may be as fast as that. */
  fields?: TaskField[];
  stillRight?: StillRight;
  /** Counts the changes, so that a late write to the task's row changes nothing. */
  version: number;
  outcome?: TaskOutcome;
  /** Called at every change with whom the task waits for. */
  onChange: (waitingOn: string) => void;
}

const updates = {
  claim: defineUpdate<void, [TaskUpdates['claimTask']]>('claimTask'),
  assign: defineUpdate<void, [TaskUpdates['assignTask']]>('assignTask'),
  release: defineUpdate<void, [TaskUpdates['releaseTask']]>('releaseTask'),
  complete: defineUpdate<void, [TaskUpdates['completeTask']]>('completeTask'),
  cannotDo: defineUpdate<void, [TaskUpdates['cannotDo']]>('cannotDo'),
  sendBack: defineUpdate<void, [TaskUpdates['sendBack']]>('sendBack'),
  endAsNotDone: defineUpdate<void, [TaskUpdates['endAsNotDone']]>('endAsNotDone'),
};

function refuse(type: TaskRefusal, message: string, ...details: unknown[]): never {
  throw ApplicationFailure.nonRetryable(message, type, ...details);
}

/**
 * The human tasks of one workflow. People's decisions are Updates and not Signals, because a person must hear at once
 * that an answer does not fit; the validators refuse it before it enters the history.
 */
export class HumanTasks {
  /** Why tasks are closed when their scope is cancelled. */
  becauseWhenStopped = 'the cancellation was withdrawn';
  /** How many changes are being written to the tasks' rows. */
  writing = 0;
  private readonly tasks = new Map<string, Task>();

  constructor() {
    setHandler(updates.claim, (message) => CancellationScope.nonCancellable(() => this.claim(message)), {
      description: 'A person begins the task',
      validator: (message) => {
        const task = this.inState(message.taskId, 'open', 'claimed');
        if (task.state === 'claimed' && task.assignee !== message.by) {
          refuse(
            'claimed_by_another',
            `The task is claimed by ${task.assignee}; ask them to release it, or a lead to assign it.`,
          );
        }
      },
    });
    setHandler(
      updates.assign,
      async ({ taskId, by, to }) => {
        const task = this.find(taskId);
        await this.change(task, by, `assigned to ${to}`, { state: 'open', assignee: to });
      },
      {
        description: 'The task is given to a person',
        validator: ({ taskId, by, lead }) => {
          const { state, assignee } = this.inState(taskId, ...openTaskStates);
          if (lead) return;
          if (state === 'with_lead') refuse('leads_only', 'Only a lead may give on a task that cannot be done.');
          if (state === 'claimed' && assignee !== by)
            refuse('leads_only', `Only a lead may take a task from another person; it is claimed by ${assignee}.`);
        },
      },
    );
    setHandler(
      updates.release,
      async ({ taskId, by }) => this.change(this.find(taskId), by, 'released', { state: 'open', assignee: null }),
      { description: 'The task is given back to all', validator: (message) => void this.claimedBy(message) },
    );
    setHandler(updates.complete, (message) => this.complete(message), {
      description: 'The task is done',
      validator: (message) => {
        const problems = problemsWithAnswers(this.claimedBy(message).fields ?? [], message.answers);
        if (problems.length > 0) {
          const said = problems.map((problem) => `${problem.field}: ${problem.message}`).join('; ');
          refuse('bad_answers', `The task cannot be finished with these answers. ${said}`, { problems });
        }
      },
    });
    setHandler(
      updates.cannotDo,
      async ({ taskId, by, because }) => {
        const task = this.find(taskId);
        await this.change(task, by, 'cannot be done', { state: 'with_lead', assignee: by, because });
      },
      {
        description: 'The person cannot do the task: a lead decides',
        validator: (message) => {
          const task = this.inState(message.taskId, 'open', 'claimed');
          if (task.state === 'claimed') this.claimedBy(message);
        },
      },
    );
    setHandler(
      updates.sendBack,
      async ({ taskId, by, note }) => this.change(this.find(taskId), by, 'sent back', { state: 'open', because: note }),
      { description: 'A lead sends the task back', validator: ({ taskId }) => void this.inState(taskId, 'with_lead') },
    );
    setHandler(
      updates.endAsNotDone,
      async ({ taskId, by, because }) => {
        const task = this.find(taskId);
        task.outcome = { how: 'not_done', by, because, begun: task.begun };
        await this.change(task, by, 'ended as not done', { state: 'not_done', because });
      },
      {
        description: 'A lead ends the step as not done',
        validator: ({ taskId }) => void this.inState(taskId, 'open', 'with_lead'),
      },
    );
  }

  /**
   * Opens a task and waits for its end, with a reminder before it is due, one when it is late, then the lead, then daily.
   * A cancelled scope closes the task; the outcome is then `closed`.
   * @param stillRight asked when a person claims the task and then daily: when it says no, the task is closed
   * @param onChange told whom the task waits for, now and at every change
   */
  async open(
    facts: TaskFacts,
    { stillRight, onChange }: { stillRight?: StillRight; onChange: (taskId: string, waitingOn: string) => void },
  ): Promise<TaskOutcome> {
    const id = uuid4();
    const task: Task = {
      id,
      kind: facts.kind,
      state: 'open',
      assignee: null,
      begun: false,
      stillRight,
      version: 1,
      onChange: (on) => onChange(id, on),
    };
    this.tasks.set(id, task);
    try {
      const opened = await patiently('CST', () =>
        act.openTask.executeWithOptions({ summary: `Open the task ${facts.kind}` }, [{ taskId: id, ...facts }]),
      );
      task.fields = opened.fields;
      onChange(id, waitingOn(task));
      if (stillRight) void this.lookDaily(task, stillRight);
      let remindAt = Date.parse(opened.remindAt);
      for (let n = 1; !task.outcome; n += 1) {
        const wait = Math.max(1, remindAt - Date.now());
        const summary = n === 1 ? 'Reminder before the due date' : `Reminder ${n}`;
        if (await condition(() => !!task.outcome, wait, { summary })) break;
        const { topic, nextAt } = await record.reminder.executeWithOptions({ summary: `${summary}: whom to remind` }, [
          { taskId: id, at: new Date().toISOString() },
        ]);
        if (!task.outcome) this.notify(task, topic, `reminder/${id}/${n}`);
        remindAt = Date.parse(nextAt);
      }
      return task.outcome!;
    } catch (error) {
      if (!isWithdrawal(error)) throw error;
      await this.close(task, this.becauseWhenStopped);
      return task.outcome!;
    }
  }

  /** Closes a task that nobody has in hand. */
  async closeUnclaimed(taskId: string, because: string): Promise<void> {
    const task = this.tasks.get(taskId);
    if (task?.state === 'open') await this.close(task, because);
  }

  /** Closes a task that nobody is to do any more; its person is told. */
  private async close(task: Task, because: string, byGate = false): Promise<void> {
    if (task.outcome) return;
    task.outcome = { how: 'closed', because, begun: task.begun, byGate };
    await this.change(task, 'dealerops', 'closed', { state: 'closed', because });
  }

  private async lookDaily(task: Task, stillRight: StillRight): Promise<void> {
    try {
      while (!task.outcome) {
        const ended = await condition(() => !!task.outcome, '1 day', { summary: 'Look at the Effective Status again' });
        if (ended) return;
        const answer = await stillRight();
        if (!answer.ok) await this.close(task, answer.because, true);
      }
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }

  private async claim({ taskId, by }: TaskUpdates['claimTask']): Promise<void> {
    const task = this.find(taskId);
    await condition(() => task.fields !== undefined || task.outcome !== undefined);
    if (task.stillRight) {
      const answer = await task.stillRight();
      if (!answer.ok) {
        await this.close(task, answer.because, true);
        refuse('account_active', `The task must not be begun: ${answer.because}`);
      }
    }
    // Another person, or a withdrawal, may have come meanwhile.
    this.inState(taskId, 'open', 'claimed');
    if (task.state === 'claimed' && task.assignee !== by)
      refuse('claimed_by_another', `The task is claimed by ${task.assignee}.`);
    await this.change(task, by, 'claimed', { state: 'claimed', assignee: by });
  }

  private async complete({ taskId, by, answers }: TaskUpdates['completeTask']): Promise<void> {
    const task = this.find(taskId);
    task.outcome = { how: 'done', by, answers, proof: completionProof(task.kind, answers) };
    await this.change(task, by, 'done', { state: 'done', answers });
  }

  /** Takes the change at once, so that the next message meets it, then writes it to the task's row. */
  private async change(
    task: Task,
    by: string,
    what: string,
    to: { state: TaskState; assignee?: string | null; answers?: TaskAnswers; because?: string },
  ): Promise<void> {
    task.state = to.state;
    task.begun ||= to.state === 'claimed';
    if (to.assignee !== undefined) task.assignee = to.assignee;
    task.version += 1;
    const change = { taskId: task.id, version: task.version, at: new Date().toISOString(), by, what, ...to };
    const topic = topicOf(task, by);
    // Last, since whoever hears of it may close the task at once, which is a change of its own.
    if (openTaskStates.includes(task.state)) task.onChange(waitingOn(task));
    this.writing += 1;
    await CancellationScope.nonCancellable(() =>
      record.saveTask.executeWithOptions({ summary: `Record: task ${task.kind} ${what}` }, [change]),
    );
    this.writing -= 1;
    if (topic) this.notify(task, topic, `task/${task.id}/${change.version}`);
  }

  private notify(task: Task, topic: NoticeTopic, key: string): void {
    inBackground(() =>
      tell.notify.executeWithOptions({ summary: `Mail: task ${task.kind} ${topic}` }, [
        { taskId: task.id, topic, key },
      ]),
    );
  }

  private find(taskId: string): Task {
    const task = this.tasks.get(taskId);
    if (!task) refuse('task_not_found', 'This process has no task with this ID.');
    return task;
  }

  private inState(taskId: string, ...states: readonly TaskState[]): Task {
    const task = this.find(taskId);
    if (!states.includes(task.state)) {
      refuse(
        'wrong_state',
        `The task is ${task.state.replace('_', ' ')}; this needs it to be ${states.join(' or ').replace('_', ' ')}.`,
      );
    }
    return task;
  }

  private claimedBy({ taskId, by }: { taskId: string; by: string }): Task {
    const task = this.inState(taskId, 'claimed');
    if (task.assignee !== by) {
      refuse(
        'claimed_by_another',
        `The task is claimed by ${task.assignee}; ask them to release it, or a lead to assign it.`,
      );
    }
    return task;
  }
}

/** What others must hear of. */
function topicOf({ state, assignee }: Task, by: string): NoticeTopic | undefined {
  if (state === 'with_lead') return 'cannot-do';
  if (state === 'closed' && assignee) return 'closed';
  return state === 'open' && assignee && assignee !== by ? 'assigned' : undefined;
}

function waitingOn(task: Task): string {
  if (task.state === 'with_lead') return 'lead';
  return task.assignee ?? 'ops';
}
