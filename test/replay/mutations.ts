/** One change of workflow code, as somebody might make it without `patched`. */
export interface Mutation {
  name: string;
  /** In `workflows/`. */
  file: string;
  /** Stands in the file exactly once. */
  from: string;
  to: string;
  /** What it changes is in no command, so that replay must accept it. */
  harmless?: true;
}

const cancellations = (file: string, name: string, from: string, to: string): Mutation => ({
  name,
  file: `cancellations/${file}.ts`,
  from,
  to,
});
const shared = (file: string, name: string, from: string, to: string): Mutation => ({
  name,
  file: `shared/${file}.ts`,
  from,
  to,
});

const procedures = (name: string, from: string, to: string) => cancellations('vendorProcedures', name, from, to);
const remover = (name: string, from: string, to: string) => cancellations('removeFromVinEventStream', name, from, to);

/** `npm run mutate-workflows` makes each of them, and shows which ones the recorded histories catch. */
export const mutations: Mutation[] = [
  procedures('DealerSocket: no form', "await steps.person('dealersocket-form', { group });", ''),
  procedures(
    'VinSolutions: the portal only after the Vin Event Stream',
    `together(
      () => vinEventStreamPart(steps),
      () => steps.person('vinsolutions-portal'),
    ),`,
    "vinEventStreamPart(steps).then(() => steps.person('vinsolutions-portal')),",
  ),
  procedures(
    'Elead: what became of an unknown mail is not recorded',
    "if (kind === 'elead-mail-unknown')",
    "if (kind === 'elead-manual-mail')",
  ),
  procedures(
    'Elead: a mail that did not arrive is not sent again',
    'if (!sendAgain) {',
    'if (sendAgain || !sendAgain) {',
  ),
  procedures(
    'Elead: a withdrawal does not stop the mail',
    'if (!wasCanceled(error)) throw error;\n    const left =',
    'throw error;\n    const left =',
  ),
  procedures(
    'CDK: clean-up without a terminated case',
    'if (terminated) await cleanUpDmsProvider(steps);',
    'if (!terminated) await cleanUpDmsProvider(steps);',
  ),
  procedures("CDK: a person's clean-up is not read back", 'if (gone !== false) return;', 'return;'),
  procedures(
    'CDK: no new gate when it has closed before the clean-up',
    "if (removed.failure === 'GateClosed') {",
    "if (removed.failure === 'NoConnector') {",
  ),
  procedures('DealerVault: no gate before both feeds', 'await steps.gate();\n    await together(', 'await together('),
  procedures(
    'Reynolds direct: Finance before the gate',
    'await steps.gate();\n    await financeTerminates(steps);',
    'await financeTerminates(steps);\n    await steps.gate();',
  ),
  cancellations(
    'steps',
    'Gate: no wait until the account is not Active',
    'await queries.untilNotActive.executeWithOptions(',
    'if (!gate) await queries.untilNotActive.executeWithOptions(',
  ),
  cancellations(
    'carryOut',
    'A withdrawal does not stop the procedure',
    'received.withdrawal ??= withdrawal;\n    scope.cancel();',
    'received.withdrawal ??= withdrawal;',
  ),
  cancellations(
    'carryOut',
    'A withdrawal reinstates nothing',
    "endRest(steps, 'withdrawn', by);\n  await steps.reinstate();",
    "endRest(steps, 'withdrawn', by);",
  ),
  cancellations('carryOut', 'Its end is not reported', 'await reportEnd(of, steps.snapshot());', ''),
  cancellations(
    'carryOut',
    'Procedures: continue as new earlier',
    'const longHistory = 1_000;',
    'const longHistory = 30;',
  ),
  cancellations(
    'integrations',
    "Another ID of the integrations' workflows",
    'workflowId: integrationWorkflowId(of.integration, of.account),',
    "workflowId: 'new/'.concat(integrationWorkflowId(of.integration, of.account)),",
  ),
  cancellations(
    'cancelDealer',
    'A withdrawal is not recorded',
    'const recorded = records.recordWithdrawal.executeWithOptions(',
    'const recorded = Promise.resolve(',
  ),
  cancellations(
    'cancelDealer',
    'Earlier cancellations are not taken over',
    'if (!this.hasAdopted && otherOpen) await this.adoptOpenOnes({ but: cancellationId });',
    '',
  ),
  cancellations(
    'cancelDealer',
    'What the tables have lost is not written again',
    'if (!otherOpen) await this.restoreRecords(others);',
    '',
  ),
  cancellations(
    'cancelDealer',
    'No new run after a Cancel and a request',
    '(isLong() || dealer.requestsTaken > takenBeforeCancel)',
    'isLong()',
  ),
  cancellations(
    'dealerIntegrations',
    'What another cancellation has ended is ended again',
    "if (end?.state === 'ended') return this.endAs(cancellation, end);",
    '',
  ),
  cancellations(
    'dealerIntegrations',
    'A new request does not wait for a reinstatement',
    'if (!isNext()) {',
    'if (!isNext() && !this.account) {',
  ),
  cancellations(
    'dealerIntegrations',
    'A terminated integration is not noticed',
    'child?.result().then(doubt, doubt);',
    'child?.result().catch(() => {});',
  ),
  cancellations(
    'removalRequest',
    'A removal is requested again and not taken back',
    '.cancelRemoval.executeWithOptions',
    '.sendRemovalRequest.executeWithOptions',
  ),
  remover(
    'Removals: no wait for a lost run',
    'await sleep(lostRunEnds, {',
    'if (!lostRunEnds) await sleep(lostRunEnds, {',
  ),
  remover(
    'Removals: an earlier workflow’s tasks stay',
    'if (!workflowInfo().continuedFromExecutionRunId) await closeLostTasks();',
    '',
  ),
  remover('Removals: continue as new at once', 'const longHistory = 400;', 'const longHistory = 10;'),
  remover('Removals: a list with a withdrawn dealer stays open', 'void this.closeListOf(batch);', ''),
  cancellations(
    'dataAfterEnd',
    'Data after the end: continue as new at once',
    'const longHistory = 400;',
    'const longHistory = 10;',
  ),
  shared('newRun', 'The signal continueAsNew does nothing', 'newRunRequested = true;', ''),
  shared(
    'humanTasks',
    'Tasks: no reminders',
    'await this.remindUntilOver(task);',
    'await condition(() => !!task.outcome);',
  ),
  shared(
    'humanTasks',
    'Tasks: a new follow-up date does not restart the reminders',
    ' || task.followUpAt !== followUpAt,',
    ',',
  ),
  shared('humanTasks', 'Tasks: an escalation keeps the follow-up date', 'reason, ...noFollowUp }', 'reason }'),
  shared(
    'humanTasks',
    'Tasks: a row that says something else stays',
    'if (row && !task.outcome)',
    'if (row && row.version === null && !task.outcome)',
  ),
  shared(
    'humanTasks',
    'Tasks: the guard is not watched',
    'if (guard) void looking.run(() => this.watchGuard(task, guard));',
    '',
  ),
  shared('searchable', 'A single search attribute is not updated', 'changed.length > 0', 'changed.length > 1'),
  shared(
    'sendNotice',
    'A notice is not dropped',
    'const { state } = await notices.dropNotice',
    "if (to) return [to, 'dropped'] as const;\n        const { state } = await notices.dropNotice",
  ),
  { ...procedures('Another summary', "'Mail the request to Elead'", "'Mail Elead'"), harmless: true },
  {
    ...remover('Another text in the details', '**Remove from Vin Event Stream**', '**Removals**'),
    harmless: true,
  },
];
