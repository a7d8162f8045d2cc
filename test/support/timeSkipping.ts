import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';

let latest: TestWorkflowEnvironment | undefined;

/** The server of the test file that is running: files with such a server run one at a time. */
export const latestTimeSkipping = () => latest;

/** A server of its own on which time skips ahead to what workflows wait for; end it with `teardown()`. */
export async function timeSkipping(): Promise<TestWorkflowEnvironment> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: inject('testServerProgram') } },
  });
  const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, keyword])),
  });
  latest = env;
  return env;
}
