import { type Client, WorkflowClient } from '@temporalio/client';

/** Temporal's client in a caller's name: the history then has the caller's ID as who sent what, and the Web UI shows it. */
export function inNameOf({ connection, options, workflow }: Client, by: string): WorkflowClient {
  const { namespace, dataConverter } = options;
  const { interceptors } = workflow.options;
  return new WorkflowClient({ connection, namespace, dataConverter, interceptors, identity: by });
}
