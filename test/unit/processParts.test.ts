import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type ProcessModules, type ProcessParts, readParts, schemasOf } from '../../api/modules/shared/processParts.ts';

const parts = { listed: { schema: z.string().nullable().describe('Null where it has none') } } as never as ProcessParts;
const moduleOf = { routes: [], parts, changes: [] } as never;
const modules: ProcessModules = { cancellations: moduleOf, feeds: { ...(moduleOf as object), parts: {} } as never };
const log = { error: vi.fn() };

const readOne = (read: (of: ProcessParts) => Promise<string>) => readParts(modules, log as never, read);

test('a process that cannot be read is absent, and the others are shown', async () => {
  const lost = new Error('canceling statement due to statement timeout');
  const read = await readOne(async (of) => {
    if (of !== parts) throw lost;
    return 'its counts';
  });
  expect(read).toEqual({ cancellations: 'its counts' });
  expect(log.error).toHaveBeenCalledExactlyOnceWith({ err: lost }, expect.any(String));
});

test('when no process can be read, the page fails', async () => {
  await expect(readOne(() => Promise.reject(new Error('PostgreSQL is lost')))).rejects.toThrow('PostgreSQL is lost');
});

test('a part may be absent, and says what else may be there', () => {
  const schema = schemasOf({ cancellations: moduleOf }, 'listed').cancellations!;
  expect(schema.safeParse(undefined).success).toBe(true);
  expect(schema.description).toBe('Null where it has none. Absent while it cannot be read');
});
