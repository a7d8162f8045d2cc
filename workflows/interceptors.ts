import {
  ApplicationFailure,
  log,
  type WorkflowInterceptors,
  type WorkflowInternalsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';
import { cancellationsWithoutArguments } from '../domain/cancellations/messages.ts';
import { feedsWithoutArguments } from '../domain/feeds/messages.ts';
import { sharedWithoutArguments } from '../domain/shared/messages.ts';
import { isUnencrypted } from '../domain/shared/unencrypted.ts';

const withoutArguments = [sharedWithoutArguments, cancellationsWithoutArguments, feedsWithoutArguments];

/** The last command of a run: the server takes none after it. */
const lastCommands = [
  'continueAsNewWorkflowExecution',
  'completeWorkflowExecution',
  'failWorkflowExecution',
  'cancelWorkflowExecution',
] as const;

/**
 * Drops what a run still wants to do after it has continued as new, such as when a withdrawal comes in the same moment: an activity
 * that was canceled tells so only then. The next run does it, from what was handed over. The server would reject the commands of
 * both, and the workflow would stand still.
 */
function endWithLastCommand(): WorkflowInternalsInterceptor {
  let isOver = false;
  return {
    concludeActivation(input, next) {
      const { commands } = next(input);
      const kept = commands.filter((command) => {
        const keep = !isOver || command.respondToQuery;
        isOver ||= lastCommands.some((name) => command[name]);
        return keep;
      });
      return { commands: kept };
    },
  };
}

/**
 * Takes only messages that the service itself has encrypted: whoever reaches Temporal could otherwise act in another's name, and
 * the audit record would keep it. A Signal is ignored, with a warning, since nobody can be told and an error would stop the
 * workflow; everything else is rejected.
 */
export const interceptors = (): WorkflowInterceptors => ({
  internals: [endWithLastCommand()],
  inbound: [
    {
      execute(input, next) {
        const { workflowType } = workflowInfo();
        const mayBeNone = withoutArguments.some(({ starts }) => starts.includes(workflowType));
        return isOurs(input.args, mayBeNone) ? next(input) : Promise.reject(rejection('start'));
      },
      handleSignal(input, next) {
        const mayBeNone = withoutArguments.some(({ signals }) => signals.includes(input.signalName));
        if (isOurs(input.args, mayBeNone)) return next(input);
        log.warn('A Signal that was not encrypted with a codec key was ignored', { signal: input.signalName });
        return Promise.resolve();
      },
      validateUpdate(input, next) {
        if (!isOurs(input.args)) throw rejection('Update');
        next(input);
      },
      handleUpdate(input, next) {
        return isOurs(input.args) ? next(input) : Promise.reject(rejection('Update'));
      },
      handleQuery(input, next) {
        return isOurs(input.args, true) ? next(input) : Promise.reject(rejection('Query'));
      },
    },
  ],
});

function isOurs(args: unknown[], mayBeNone = false): boolean {
  return (mayBeNone || args.length > 0) && !args.some(isUnencrypted);
}

function rejection(what: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The ${what} was not encrypted with a codec key: only the service's API may send it`,
    'Unencrypted',
  );
}
