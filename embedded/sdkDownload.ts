import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Run by `temporalPrograms.ts`: lets the SDK download a server to a folder. Arguments: `dev-server` or `time-skipping`, and the folder. */
const [kind, downloadDir] = process.argv.slice(2);
const server = { executable: { type: 'cached-download' as const, downloadDir } };
try {
  const environment =
    kind === 'dev-server'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
} catch (error) {
  // The causes come first to last; the last one says what is wrong.
  console.error((error as Error).message.split(': ').slice(-3).join(': '));
  process.exitCode = 1;
}
