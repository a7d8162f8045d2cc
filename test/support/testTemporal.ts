import { randomBytes } from 'node:crypto';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { inject } from 'vitest';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';

/** Of gRPC. */
const notFound = 5;

export interface TestTemporal {
  address: string;
  namespace: string;
  client: Client;
  /** A connection for workers, closed by `close()`. */
  nativeConnection(): Promise<NativeConnection>;
  close(): Promise<void>;
}

/**
 * A namespace of its own with our search attributes.
 * @param address of the Temporal server; the run's when absent
 */
export async function testTemporal({
  dataConverter,
  address = inject('temporalAddress'),
}: {
  dataConverter?: DataConverter;
  address?: string;
} = {}): Promise<TestTemporal> {
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, keyword])),
  });
  const natives: NativeConnection[] = [];
  return {
    address,
    namespace,
    client: new Client({ connection, namespace, dataConverter }),
    async nativeConnection() {
      // Loaded only where a worker runs: it is large.
      const { NativeConnection } = await import('@temporalio/worker');
      const native = await NativeConnection.connect({ address });
      natives.push(native);
      return native;
    },
    async close() {
      await Promise.all(natives.map((native) => native.close()));
      // Temporal runs a worker of its own in each namespace: hundreds of them would take a third of a small machine's processor time.
      const deleted = proto.temporal.api.enums.v1.NamespaceState.NAMESPACE_STATE_DELETED;
      await connection.workflowService.updateNamespace({ namespace, updateInfo: { state: deleted } }).catch((error) => {
        // A test may have deleted it.
        if (!isGrpcServiceError(error) || error.code !== notFound) throw error;
      });
      await connection.close();
    },
  };
}
