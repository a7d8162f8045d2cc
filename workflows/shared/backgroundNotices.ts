import { CancellationScope } from '@temporalio/workflow';

/** Of this workflow: each has modules of its own. */
let inProgress = 0;

/** Hands a notice over to its own workflow without holding up what goes on. */
export function inBackground(notice: () => Promise<void>): void {
  inProgress += 1;
  void CancellationScope.nonCancellable(notice).finally(() => {
    inProgress -= 1;
  });
}

/** Whether every notice has its own workflow, whether it was mailed or not. */
export function allNoticesSent(): boolean {
  return inProgress === 0;
}
