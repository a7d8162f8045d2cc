import type { TestService } from './service.ts';

/** Loses what Temporal answers to the first request for a removal, when the other work is done: the request is sent again. */
export function loseFirstReply(of: TestService, afterwards: () => Promise<unknown>) {
  const { workflow } = of.client;
  const send = workflow.signalWithStart;
  let sent = 0;
  workflow.signalWithStart = (async (name: string, options: Parameters<typeof send>[1]) => {
    const handle = await send.call(workflow, name, options);
    if (options.signal !== 'remove' || sent++ > 0) return handle;
    await afterwards();
    throw new Error('what Temporal answered is lost');
  }) as typeof send;
  return {
    sent: () => sent,
    restore: () => {
      workflow.signalWithStart = send;
    },
  };
}
