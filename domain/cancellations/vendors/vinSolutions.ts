import { isSelected } from '../../shared/dealerSelection.ts';
import { confirm } from '../../shared/tasks.ts';
import { integrationNamed } from '../../shared/vendors.ts';
import { dealerIdsLineOf } from '../vinEventStream.ts';
import { numberOf, type StepSituation, type VendorEntry } from './entry.ts';

/** VinSolutions (spec: cancellations.md, "CRM vendors"): ended only when both parts are done. */

const manualProcess = 'CST > Modules > Operations > Manual Processes > "Remove from Vin Event Stream"';

export const vinSolutions = {
  workflow: 'cancelVinSolutions' as const,
  steps: {
    'vin-event-stream': {
      title: 'Part 1: remove from Vin Event Stream',
      actor: 'cst',
      actorOf: (of) =>
        isByEventService(of)
          ? {
              actor: 'vinsolutions_events',
              note: `VinSolutions' event service; if it fails, ${of.connectors.includes('cst') ? 'a run in CST' : 'a person'}`,
            }
          : undefined,
    },
    'vinsolutions-portal': { title: 'Part 2: Connect Event Cancellation Request', actor: 'ops' },
  },
  tasks: {
    'vin-event-stream': {
      team: 'ops',
      dueBusinessDays: 1,
      content: ({ dealerIds = [], mayBeRun, reason }) => ({
        title: `Run "Remove from Vin Event Stream" for ${dealerIds.length} Dealer ID${dealerIds.length === 1 ? '' : 's'}`,
        instructions: [
          ...(reason ? [`Dealerops could not do it: ${reason}.`] : []),
          `Open ${manualProcess}.`,
          ...(mayBeRun
            ? [
                'Some of these Dealer IDs may have been removed already, or may be in a run that goes on: check in the run history first which of them were removed.',
              ]
            : []),
          "Edit the parameters' raw text: replace its list of Dealer IDs with exactly the list below, and leave the rest.",
          'Save, run, and wait for the end of the run.',
          'Under “Finish”, confirm success, and enter the Dealer IDs for which the run failed, if there are any.',
        ],
        texts: [
          { label: "Line of the parameters' raw text", value: dealerIdsLineOf(dealerIds) },
          { label: 'Dealer IDs', value: dealerIds.join(',') },
        ],
      }),
      fields: ({ dealerIds = [] }) => [
        confirm('succeeded', 'The run reports success, except for the Dealer IDs named below'),
        {
          name: 'failedDealerIds',
          label: 'Dealer IDs for which it failed, with commas (none: leave it empty)',
          type: 'list',
          // One that is mistyped would count as removed.
          of: dealerIds,
        },
      ],
      ifNotCompleted: ({ dealerIds = [] }) =>
        `VinSolutions keeps sending events for ${dealerIds.length === 1 ? 'this Dealer ID' : `these ${dealerIds.length} Dealer IDs`}: ${dealerIds.join(', ')}.`,
      evidence: () => 'run manually, success confirmed',
    },

    'vin-event-stream-failed': {
      team: 'ops',
      dueBusinessDays: 1,
      content: ({ dealerName, dealerId, reason }) => ({
        title: `"Remove from Vin Event Stream" failed for ${dealerName}`,
        instructions: [
          `The run did not succeed for Dealer ID ${dealerId}: ${reason ?? 'no reason given'}.`,
          `Look at the run in ${manualProcess}.`,
          'Fix the cause, then let it run again, or remove the Dealer ID yourself.',
        ],
        texts: [{ label: 'VinSolutions Dealer ID', value: dealerId }],
      }),
      fields: () => [
        {
          name: 'outcome',
          label: 'What is to happen',
          type: 'choice',
          choices: [
            { value: 'retry', label: 'Run it again with the next run' },
            { value: 'removed', label: 'I have removed it myself' },
          ],
        },
      ],
      ifNotCompleted: ({ dealerName, dealerId }) =>
        `VinSolutions keeps sending events for ${dealerName} (Dealer ID ${dealerId}).`,
      evidence: ({ outcome }) =>
        outcome === 'removed' ? 'removed manually, confirmed' : 'to be run again with the next run',
    },

    'vinsolutions-portal': {
      team: 'ops',
      dueBusinessDays: 3,
      content: ({ dealerName, dealerId, autoTamDirectoryUrl }) => ({
        title: `Ask VinSolutions to cancel eventing for ${dealerName}`,
        url: 'https://developer.coxautoinc.com/support',
        instructions: [
          'Open the Vendor Development Portal with the shared credentials, which are in the Auto TAM Directory sheet.',
          'Press the blue "Need More Help?" button at the bottom.',
          'Fill in the ticket with the texts below and submit it.',
          "Under “Finish”, enter the ticket's number and confirm.",
        ],
        texts: [
          { label: 'Subject', value: 'Connect Event Cancellation Request' },
          { label: 'Choose', value: "I'm having trouble with an eventing product I'm already subscribed to" },
          { label: 'Dropdown', value: 'Connect Event Solution - 1.0' },
          { label: 'Description', value: `Please cancel eventing for ${dealerId}` },
        ],
        ...(autoTamDirectoryUrl && {
          links: [{ label: 'Auto TAM Directory sheet (the shared credentials)', url: autoTamDirectoryUrl }],
        }),
      }),
      fields: () => [
        { name: 'ticketNumber', label: "The portal ticket's number", type: 'text' },
        confirm('done', 'The ticket is submitted: it is done'),
      ],
      ifNotCompleted: ({ dealerName, dealerId }) =>
        `Eventing for ${dealerName} (Dealer ID ${dealerId}) stays active at VinSolutions.`,
      evidence: ({ ticketNumber }) => `ticket ${numberOf(ticketNumber)}`,
    },
  },
} satisfies VendorEntry;

/** Whether part 1 of this dealer is done with VinSolutions' event service. */
function isByEventService(of: StepSituation): boolean {
  const { dealerId } = integrationNamed(of.dealer.integrations, 'crm/vinsolutions') ?? {};
  if (!dealerId || !of.connectors.includes('vinSolutionsEvents')) return false;
  return isSelected(of.settings.vinSolutionsDealers ?? [], { account: of.dealer.id, dealerId });
}
