import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributeNames } from '../domain/shared/searchAttributes.ts';
import { firstLine, StartError } from './startError.ts';

/**
 * Registers our search attributes in the namespace where they are missing.
 * @throws StartError that says how to register them, where this connection may not or the namespace is not there
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = searchAttributeNames.filter((name) => !customAttributes?.[name]);
    if (missing.length === 0) return;
    const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  } catch (error) {
    const cause = firstLine(error);
    throw new StartError(
      `The search attributes ${searchAttributeNames.join(', ')} could not be registered in the namespace ${namespace} (${cause}): register them as Keyword, with the rights of the namespace's admin`,
    );
  }
}
