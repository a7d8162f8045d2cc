import { condition, continueAsNew, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { ChecklistSave, ChecklistSnapshot } from '../../domain/shared/checklist.ts';
import type { TaskFacts } from '../../domain/shared/tasks.ts';
import { Checklist } from '../../workflows/shared/checklist.ts';
import { overRuns, settled } from '../../workflows/shared/overRuns.ts';
import { type ProcedureSnapshot, ProcedureSteps } from '../../workflows/shared/procedureSteps.ts';

type Step = 'ask' | 'answer';
type Snapshot = ChecklistSnapshot<Step, 'far_system', 'finished'>;

const stepCatalog: Record<Step, { title: string }> = { ask: { title: 'Ask' }, answer: { title: 'Answer' } };

/** A procedure of no process, with step names of its own: it asks, and waits for the answer. */
export async function question(
  handedOver: { progress?: Snapshot; steps?: ProcedureSnapshot<Step, TaskFacts> } = {},
): Promise<Snapshot> {
  const { ask, save } = proxyActivities<{
    ask(): Promise<string>;
    save(write: ChecklistSave, summary: string): Promise<void>;
  }>({ startToCloseTimeout: '10 seconds' });
  const progress = new Checklist<Step, 'far_system', 'finished'>({
    title: 'Question',
    heading: 'Question 1',
    stepCatalog,
    waitingOnTitles: { far_system: 'the far system' },
    searchAttributes: () => [],
    save,
    from: handedOver.progress ?? {
      state: 'in_progress',
      steps: [
        { step: 'ask', title: stepCatalog.ask.title, state: 'next' },
        { step: 'answer', title: stepCatalog.answer.title, state: 'next' },
      ],
    },
  });
  const steps = new ProcedureSteps<Step, 'far_system', 'finished', TaskFacts>(
    progress,
    { catalog: {}, closingReason: () => 'the test is over' },
    handedOver.steps,
  );
  let answered = false;
  setHandler(defineSignal('answered'), () => {
    answered = true;
  });
  const procedure = async () => {
    steps.begin('ask');
    steps.done('ask', 'olivia', await steps.run.once('ask', ask));
    steps.begin('answer', 'far_system');
    await steps.run.once('answer', () => condition(() => answered));
    steps.done('answer', 'far_system');
    progress.conclude('finished', 'dealerops');
    await settled(steps);
  };
  await overRuns(steps, 1_000, procedure, () =>
    continueAsNew<typeof question>({ progress: progress.snapshot(), steps: steps.toHandOver() }),
  );
  return progress.snapshot();
}
