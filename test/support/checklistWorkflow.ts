import { condition, continueAsNew, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { ChecklistSave, ChecklistSnapshot } from '../../domain/shared/checklist.ts';
import { Checklist } from '../../workflows/shared/checklist.ts';

type Step = 'ask' | 'answer';
type Snapshot = ChecklistSnapshot<Step, 'far_system', 'finished'>;

const stepCatalog: Record<Step, { title: string }> = { ask: { title: 'Ask' }, answer: { title: 'Answer' } };

/** One step is done in the first run, and one in the next, which goes on with the checklist of the first. */
export async function checklist(from?: Snapshot): Promise<Snapshot> {
  const { save } = proxyActivities<{ save(write: ChecklistSave, summary: string): Promise<void> }>({
    startToCloseTimeout: '10 seconds',
  });
  const list = new Checklist<Step, 'far_system', 'finished'>({
    title: 'Question',
    heading: 'Question 1',
    stepCatalog,
    waitingOnTitles: { far_system: 'the far system' },
    searchAttributes: () => [],
    save,
    from: from ?? {
      state: 'in_progress',
      steps: [
        { step: 'ask', title: stepCatalog.ask.title, state: 'next' },
        { step: 'answer', title: stepCatalog.answer.title, state: 'next' },
      ],
    },
  });
  if (!from) {
    list.begin('ask');
    list.end('ask', 'done', 'olivia', 'number 5');
    list.begin('answer', 'far_system');
    await list.saved();
    return continueAsNew<typeof checklist>(list.snapshot());
  }
  let answered = false;
  setHandler(defineSignal('answered'), () => {
    answered = true;
  });
  await condition(() => answered);
  list.end('answer', 'done', 'far_system');
  list.conclude('finished', 'dealerops');
  await list.saved();
  return list.snapshot();
}
