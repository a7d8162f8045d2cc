import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';

/** A server of its own on which time skips ahead to what workflows wait for; end it with `teardown()`. */
export function timeSkipping(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: inject('testServerProgram') } },
  });
}
