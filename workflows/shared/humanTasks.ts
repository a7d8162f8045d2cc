import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { v5 as uuidOf } from 'uuid';
import type { TaskChange } from '../../activities/shared/tasks.ts';
import { isPossibleFollowUp } from '../../domain/shared/followUp.ts';
import type { TaskUpdates } from '../../domain/shared/messages.ts';
import { noticesOfChange, noticesOfPutOff, noticesOfReturn } from '../../domain/shared/notices.ts';
import { type TaskAction, taskRules } from '../../domain/shared/taskRules.ts';
import { openTaskStates, problemsInWords, problemsWithAnswers, type TaskFacts } from '../../domain/shared/tasks.ts';
import { taskActions, taskRecords } from './activities.ts';
import { quickQuerySeconds } from './activityOptions.ts';
import { failureOf, wasCanceled } from './failures.ts';
import { takeCorrections } from './taskCorrections.ts';
import { assertInTime, refuse, updates } from './taskMessages.ts';
import type { Changed, Guard, Task, TaskOutcome, TasksOf, TasksSnapshot, TaskWatch } from './taskRecord.ts';
import { waitingOn } from './waitingOn.ts';
import { whileOpen } from './whileOpen.ts';

const dayMs = 24 * 3_600_000;
/** Of a task that somebody is to do now, or that is over. */
const noFollowUp = { followUpAt: null, followUpNote: undefined };

/**
 * The human tasks of one workflow. People's decisions are Updates and not Signals, because a person must hear at once
 * that an answer does not fit; the validators refuse it before it enters the history.
 */
export class HumanTasks<Facts extends TaskFacts> {
  /** How many changes are being written to the tasks' rows. */
  writing = 0;
  /** Raised where the rows of the open tasks may be lost: each is looked at again. */
  looks = 0;
  private readonly of: TasksOf<Facts>;
  private readonly tasks = new Map<string, Task<Facts>>();
  private readonly opened: TasksSnapshot['opened'];
  private readonly begunFor: string;

  /** @param from what the run before has handed over; each of its tasks goes on with `resume` */
  constructor(of: TasksOf<Facts>, from?: TasksSnapshot<Facts>) {
    this.of = of;
    this.begunFor = of.begunFor ?? workflowInfo().firstExecutionRunId;
    this.opened = { ...from?.opened };
    for (const task of from?.tasks ?? []) this.tasks.set(task.id, { ...task });
    setHandler(updates.claim, (message) => CancellationScope.nonCancellable(() => this.claim(message)), {
      description: 'A person begins the task',
      validator: (message) => {
        const { claiming } = this.allowed('claimTask', message);
        // One at a time, or the claims of an outage would be more than a workflow takes, and hold up other messages.
        if (claiming) refuse('unavailable', `A claim of ${claiming} is being checked.`, { claiming });
      },
    });
    setHandler(updates.assign, (message) => this.assign(message), {
      description: 'The task is assigned to a person',
      validator: (message) => void this.allowed('assignTask', message),
    });
    setHandler(
      updates.release,
      ({ taskId, by }) => this.change(taskId, by, 'released', { state: 'open', assignee: null }),
      {
        description: 'The task is released to the team',
        validator: (message) => void this.allowed('releaseTask', message),
      },
    );
    setHandler(updates.complete, (message) => this.complete(message), {
      description: 'The task is done',
      validator: (message) => {
        const { fields } = this.allowed('completeTask', message);
        const problems = problemsWithAnswers(fields ?? [], message.answers);
        if (problems.length === 0) return;
        refuse('bad_answers', `The task cannot be finished with these answers. ${problemsInWords(problems)}`, {
          problems,
        });
      },
    });
    setHandler(
      updates.escalate,
      ({ taskId, by, reason }) =>
        this.change(taskId, by, 'escalated', { state: 'escalated', assignee: by, reason, ...noFollowUp }),
      {
        description: 'A person escalates the task to the team lead',
        validator: (message) => void this.allowed('escalate', message),
      },
    );
    setHandler(updates.returnToTeam, (message) => this.returnToTeam(message), {
      description: 'A team lead returns the task to who escalated it',
      validator: (message) => void this.allowed('returnToTeam', message),
    });
    setHandler(updates.closeNotCompleted, (message) => this.closeNotCompleted(message), {
      description: 'A team lead closes the step without completing it',
      validator: (message) => void this.allowed('closeNotCompleted', message),
    });
    setHandler(updates.prioritize, (message) => this.prioritize(message), {
      description: 'A person says how urgent the task is',
      validator: (message) => void this.allowed('prioritizeTask', message),
    });
    setHandler(updates.followUp, (message) => this.followUp(message), {
      description: 'A person puts the task off until a date, or returns it now',
      validator: (message) => {
        this.allowed('followUpTask', message);
        if (message.at === null || isPossibleFollowUp(message.at, new Date())) return;
        refuse('bad_follow_up', `The task cannot be put off until ${message.at}: choose another date.`);
      },
    });
    takeCorrections(this.tasks, of.shown);
    setHandler(updates.refresh, ({ taskId }) => this.refresh(taskId), {
      description: 'The row of the task is not as its process knows it: write it again',
    });
  }

  /**
   * What the next run of this workflow goes on with. Take it when no handler runs and `writing` is 0, right before
   * `continueAsNew`; a task's ID and its reminders stay the same.
   */
  snapshot(): TasksSnapshot<Facts> {
    const tasks = [...this.tasks.values()].filter((task) => !task.over);
    return {
      opened: this.opened,
      tasks: tasks.map(({ guard, claiming, onChange, opening, over, ...record }) => record),
    };
  }

  /**
   * Opens a task and waits for its end, with a reminder before it is due, one when it is late, then its team lead too, then
   * daily. A canceled scope closes the task; the outcome is then `closed`.
   */
  async open(facts: Facts, watch: TaskWatch): Promise<TaskOutcome> {
    const nth = (this.opened[facts.kind] ?? 0) + 1;
    this.opened[facts.kind] = nth;
    // The same in a run that was reset to a time before: it takes over the row, and the addresses that people have stay right.
    const id = uuidOf(`${workflowInfo().workflowId}/task/${facts.kind}/${nth}`, this.begunFor);
    this.tasks.set(id, {
      ...{ id, facts, state: 'open', assignee: null, priority: 'normal', begun: false, ...noFollowUp },
      reason: facts.reason ?? null,
      version: Date.now(),
    });
    return this.resume(id, watch);
  }

  /**
   * Waits for the end of a task that the run before has handed over.
   * @param taskId one of the snapshot's
   */
  async resume(taskId: string, { guard, onChange }: TaskWatch): Promise<TaskOutcome> {
    const task = this.find(taskId);
    task.guard = guard;
    task.onChange = (on) => onChange(taskId, on);
    const looking = new CancellationScope();
    try {
      if (!task.fields && !task.outcome) await this.writeRow(task);
      if (!task.outcome) task.onChange(waitingOn(task, this.of));
      if (guard) void looking.run(() => this.watchGuard(task, guard));
      await this.remindUntilOver(task);
    } catch (error) {
      if (!wasCanceled(error)) throw error;
      await this.close(task, this.of.closingReason());
    }
    // A look that was not answered yet is of no use any more.
    looking.cancel();
    task.over = true;
    return task.outcome!;
  }

  /** A task that ends meanwhile is not opened any more, such as when an outside system does not answer; its row may have been written. */
  private async writeRow(task: Task<Facts>): Promise<void> {
    const { id: taskId, version, openedAt, facts } = task;
    const scope = new CancellationScope();
    task.opening = true;
    void CancellationScope.nonCancellable(() => condition(() => !task.opening || task.outcome !== undefined)).then(() =>
      scope.cancel(),
    );
    try {
      const summary = `Open the task ${facts.kind}`;
      const opened = await scope.run(() =>
        taskActions.openTask.executeWithOptions({ summary }, [{ taskId, version, openedAt, ...facts }]),
      );
      task.fields = opened.fields;
      task.openedAt = opened.openedAt;
      task.dueAt = opened.dueAt;
      if (!openedAt) task.begun = opened.begun;
    } catch (error) {
      if (!task.outcome || !isCancellation(error)) throw error;
    } finally {
      task.opening = false;
    }
  }

  private async remindUntilOver(task: Task<Facts>): Promise<void> {
    while (!task.outcome) {
      // Not before the row is as the task is.
      await condition(() => this.writing === 0 || task.outcome !== undefined);
      if (task.outcome) return;
      const [{ id: taskId, version, priority, followUpAt }, { looks }] = [task, this];
      const isOver = () => task.outcome !== undefined || this.looks !== looks;
      const row = await whileOpen(
        () => isOver() || task.priority !== priority || task.followUpAt !== followUpAt,
        () =>
          taskRecords.remind.executeWithOptions({ summary: 'Reminders' }, [{ taskId, version, priority, followUpAt }]),
      );
      if (row && !task.outcome) await this.rewriteRow(task, row);
    }
  }

  /**
   * The row is gone or says something else, such as by a database that was restored, or after a reset: people must see the task
   * as it is.
   */
  private async rewriteRow(task: Task<Facts>, { version }: { version: number | null }): Promise<void> {
    if (version === null) await this.writeRow(task);
    else task.version = Math.max(task.version, version);
    if (task.outcome) return;
    await this.save(task, {
      by: 'dealerops',
      action: version === null ? 'restored' : 'row corrected from the workflow',
    });
  }

  /** What the row says is not what this run knows, such as after a reset: it is written again, or closed when there is no such task. */
  private async refresh(taskId: string): Promise<void> {
    const known = this.tasks.get(taskId);
    if (known) {
      const by = known.outcome && 'by' in known.outcome ? known.outcome.by : 'dealerops';
      return this.save(known, { by, action: 'row corrected from the workflow' });
    }
    const reason = 'its process does not have this task any more, such as after a reset in Temporal';
    const closed = { version: Date.now(), by: 'dealerops', action: 'closed', state: 'closed' as const, reason };
    await this.write('Record: a task of an earlier run is closed', { taskId, ...closed, detail: reason });
  }

  /** Closes a task that nobody has claimed. */
  async closeUnclaimed(taskId: string, reason: string): Promise<void> {
    const task = this.tasks.get(taskId);
    if (task?.state === 'open') await this.close(task, reason);
  }

  /** Closes the tasks of a kind, since what they wait for has happened; their people are told. */
  async closeAll(kind: Facts['kind'], reason: string): Promise<void> {
    for (const task of this.tasks.values()) if (task.facts.kind === kind) await this.close(task, reason, true);
  }

  /** Closes a task that nobody is to do any more; its person is told. */
  private async close(task: Task<Facts>, reason: string, byGuard = false): Promise<void> {
    if (task.outcome) return;
    task.outcome = { how: 'closed', reason, begun: task.begun, byGuard };
    await this.change(task.id, 'dealerops', 'closed', { state: 'closed', reason });
  }

  /** Closes the task when its guard does not hold any more; it held when the task was opened. */
  private async watchGuard(task: Task<Facts>, guard: Guard): Promise<void> {
    try {
      const from = new Date(Math.max(Date.now(), Date.parse(task.openedAt!) + dayMs)).toISOString();
      const { reason } = await guard.broken(from);
      await this.close(task, reason, true);
    } catch (error) {
      if (!wasCanceled(error)) throw error;
    }
  }

  private async claim(message: TaskUpdates['claimTask']): Promise<void> {
    const { taskId, by } = message;
    const task = this.find(taskId);
    // Theirs already, such as by a second click.
    if (task.state === 'claimed' && task.followUpAt === null) return;
    task.claiming = by;
    try {
      await this.checkBeforeClaim(task);
    } finally {
      task.claiming = undefined;
    }
    // It may have been assigned or closed meanwhile.
    this.allowed('claimTask', message);
    await this.change(taskId, by, 'claimed', { state: 'claimed', assignee: by, ...noFollowUp });
  }

  private async checkBeforeClaim(task: Task<Facts>): Promise<void> {
    const isWritten = () => task.fields !== undefined || task.outcome !== undefined;
    if (!isWritten() && !(await condition(isWritten, '2 seconds')))
      refuse('unavailable', 'The task is still being opened: try again in a few seconds.');
    const broken = await task.guard?.check().catch((error) => {
      if (!(error instanceof ActivityFailure)) throw error;
      const why = failureOf(error)?.message ?? 'no answer';
      refuse(
        'unavailable',
        `${task.guard?.subject} could not be checked within ${quickQuerySeconds} seconds (${why}), so the task was not claimed. Try again, or escalate it.`,
      );
    });
    if (!broken) return;
    await this.close(task, broken.reason, true);
    refuse('guard_broken', `The task was closed: ${broken.reason}`, { code: broken.code });
  }

  private async assign({ taskId, by, to }: TaskUpdates['assignTask']): Promise<void> {
    const { state, assignee } = this.find(taskId);
    // They do it already.
    if (state === 'claimed' && assignee === to) return;
    await this.change(taskId, by, `assigned to ${to}`, { state: 'open', assignee: to, ...noFollowUp });
  }

  private async returnToTeam({ taskId, by, note }: TaskUpdates['returnToTeam']): Promise<void> {
    const { assignee } = this.find(taskId);
    const notices = noticesOfReturn(assignee, by);
    const returned = { state: 'open', reason: note, ...noFollowUp } as const;
    await this.change(taskId, by, `returned to ${assignee}`, returned, { notices });
  }

  private async complete({ taskId, by, answers }: TaskUpdates['completeTask']): Promise<void> {
    const task = this.find(taskId);
    const { evidence } = this.of.catalog[task.facts.kind as Facts['kind']];
    task.outcome = { how: 'done', by, answers, evidence: evidence(answers) };
    await this.change(taskId, by, 'done', { state: 'done', answers });
  }

  private async closeNotCompleted({ taskId, by, reason }: TaskUpdates['closeNotCompleted']): Promise<void> {
    const task = this.find(taskId);
    task.outcome = { how: 'not_completed', by, reason, begun: task.begun };
    await this.change(taskId, by, 'closed without completing', { state: 'not_completed', reason });
  }

  private async prioritize({ taskId, by, priority }: TaskUpdates['prioritizeTask']): Promise<void> {
    if (this.find(taskId).priority === priority) return;
    await this.change(taskId, by, `priority set to ${priority}`, { priority });
  }

  private async followUp({ taskId, by, at, note }: TaskUpdates['followUpTask']): Promise<void> {
    const task = this.find(taskId);
    const followUp = at === null ? noFollowUp : { followUpAt: new Date(at).toISOString(), followUpNote: note };
    if (task.followUpAt === followUp.followUpAt && task.followUpNote === followUp.followUpNote) return;
    const action = at === null ? 'follow-up date removed' : 'follow-up date set';
    const notices = noticesOfPutOff({ ...task, ...followUp }, by, new Date());
    await this.change(taskId, by, action, followUp, { detail: followUp.followUpNote, notices });
  }

  /** Takes the change at once, so that the next message meets it, then writes it to the task's row and tells those concerned. */
  private async change(
    taskId: string,
    by: string,
    action: string,
    to: Changed,
    more: Pick<TaskChange, 'detail' | 'notices'> = {},
  ): Promise<void> {
    const task = this.find(taskId);
    const before = task.assignee;
    Object.assign(task, to);
    if (!openTaskStates.includes(task.state)) Object.assign(task, noFollowUp);
    task.begun ||= to.state === 'claimed';
    const notices = to.state ? noticesOfChange(task, { by, before }) : [];
    const date = to.followUpAt ?? undefined;
    const saved = this.save(task, { by, action, date, detail: to.reason, notices, ...more });
    // Last, since whoever hears of it may close the task at once, which is a change of its own.
    if (to.state && openTaskStates.includes(task.state)) task.onChange?.(waitingOn(task, this.of));
    await saved;
  }

  private async save(
    task: Task<Facts>,
    event: Pick<TaskChange, 'by' | 'action' | 'date' | 'detail' | 'notices'>,
  ): Promise<void> {
    task.version = Math.max(task.version + 1, Date.now());
    const { id: taskId, version, state, assignee, answers, reason, priority, followUpAt, followUpNote } = task;
    const change = {
      ...{ taskId, version, state, assignee, answers, reason, priority, followUpAt, followUpNote },
      ...event,
    };
    // A row that is being written is to be closed, and must not be missed.
    const isReady = task.outcome && (() => !task.opening);
    await this.write(`Record: task ${task.facts.kind} ${event.action} by ${event.by}`, change, isReady);
  }

  private async write(summary: string, change: Omit<TaskChange, 'at'>, isReady?: () => boolean): Promise<void> {
    const at = new Date().toISOString();
    this.writing += 1;
    try {
      await CancellationScope.nonCancellable(async () => {
        if (isReady && !isReady()) await condition(isReady);
        await taskRecords.saveTask.executeWithOptions({ summary }, [{ ...change, at }]);
      });
    } finally {
      this.writing -= 1;
    }
  }

  private find(taskId: string): Task<Facts> {
    const task = this.tasks.get(taskId);
    if (!task) refuse('task_not_found', 'This process has no task with this ID.');
    return task;
  }

  /** @throws the refusal of a message that comes too late, or that the rules do not allow */
  private allowed<Action extends TaskAction>(action: Action, message: TaskUpdates[Action]): Task<Facts> {
    assertInTime(message);
    const task = this.find(message.taskId);
    const refused = taskRules[action](task, message);
    if (refused) refuse(refused.type, refused.message, { known: { state: task.state, assignee: task.assignee } });
    return task;
  }
}
