import { z } from 'zod';
import { type KeyType, keysOf, type TaskPlace } from '../../../db/queries/taskOrder.ts';
import type { SortOrder, TaskSort } from '../../../domain/shared/taskLists.ts';
import { taskPriorities } from '../../../domain/shared/tasks.ts';
import { Instant } from '../../server/time.ts';

// What PostgreSQL could not read back would be a fault of ours.
const values: Record<KeyType, z.ZodType> = {
  text: z.string(),
  integer: z.int32(),
  boolean: z.boolean(),
  // As it came, since a Date would lose its microseconds. PostgreSQL has fewer offsets and decimals than ISO 8601 allows.
  timestamptz: z
    .string()
    .regex(/^.{19}(\.\d{1,6})?(Z|[+-](0\d|1[0-5]):\d\d)$/)
    .refine((text) => Instant.safeParse(text).success),
  uuid: z.guid(),
  task_priority: z.enum(taskPriorities),
};

/** The place in a list of tasks that a cursor of this order holds; of another order it is rejected. */
export function cursorOfTasks(sort: TaskSort, order: SortOrder): z.ZodType<TaskPlace> {
  const keys = keysOf(sort, order);
  const parts = [z.literal('tasks'), z.literal(sort), z.literal(order), ...keys.map(({ type }) => values[type])];
  return z
    .array(z.unknown())
    .length(parts.length)
    .refine((given) => parts.every((part, index) => part.safeParse(given[index]).success))
    .transform((given) => given.slice(3) as TaskPlace);
}
