import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { and, asc, eq, isNotNull } from 'drizzle-orm';
import { feedFiles, feedImports, feedRuns } from '../../db/schema/feeds.ts';
import { tasks } from '../../db/schema/shared.ts';
import type { FeedRunTrigger } from '../../domain/feeds/feeds.ts';
import type { FeedProblem } from '../../domain/feeds/messages.ts';
import type { ListedFile } from '../../domain/feeds/runs.ts';
import { feedProblemWorkflowId, importFeedWorkflow } from '../../domain/feeds/workflowStarts.ts';
import type { TaskUpdates } from '../../domain/shared/messages.ts';
import type { TaskAction } from '../../domain/shared/taskRules.ts';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import type { FeedRunResult } from '../../workflows/feeds/feedRun.ts';
import { eventually } from './eventually.ts';
import { listedFile } from './listedFile.ts';
import type { TestService } from './service.ts';

type Task = typeof tasks.$inferSelect;
type NewImport = typeof feedImports.$inferInsert;

let dealers = 0;

/** A feed import of the sandbox's server, of a dealer and with a folder of its own, and what tests do with it. */
export async function feedOf(
  service: Pick<TestService, 'db' | 'client' | 'sandbox' | 'env'>,
  over: Partial<NewImport> = {},
) {
  const { db, client, sandbox } = service;
  const id = randomUUID();
  const directory = `${id}/IDS/`;
  dealers += 1;
  const [row] = await db
    .insert(feedImports)
    .values({
      ...{ id, account: `F-${dealers}`, dealerName: 'Brightwater Honda of Lakeport', timeZone: 'America/Chicago' },
      ...{ dms: 'ids', kind: 'sales', deleteFromServer: true, moveTo: null, directory, filename: '_SL\\.csv' },
      ...{ regex: true, host: sandbox.sftp.host, port: sandbox.sftp.port, hostKeys: [sandbox.sftp.hostKey] },
      ...{ username: 'sandbox-username', password: 'sandbox-password', privateKey: null },
      ...{ localTime: '05:00', jitterMinutes: 0, maxRejectedShare: 0.2, createdBy: 'finn' },
      ...over,
    })
    .returning();
  const folder = join(sandbox.sftp.folder, row!.directory);
  mkdirSync(folder, { recursive: true });
  const now = async () => (await service.env?.currentTimeMs()) ?? Date.now();
  const tasksOf = () => db.select().from(tasks).where(eq(tasks.subject, id)).orderBy(asc(tasks.openedAt));

  const start = async (trigger: Exclude<FeedRunTrigger, 'schedule'> = 'manual', more: { directory?: string } = {}) =>
    client.workflow.start(
      'importFeed',
      importFeedWorkflow(row!, { trigger, by: 'finn', requestId: randomUUID(), ...more }),
    );
  const say = async <Action extends TaskAction>(
    task: Task,
    action: Action,
    message: Omit<TaskUpdates[Action], 'taskId' | 'expiresAt'>,
  ) =>
    client.workflow.getHandle(task.workflowId).executeUpdate(action, {
      args: [{ taskId: task.id, ...message, expiresAt: new Date((await now()) + 60_000).toISOString() }],
    });
  const task = (kind: string, state = 'open', known: Task[] = []) =>
    eventually(async () =>
      (await tasksOf()).find((one) => one.kind === kind && one.state === state && !known.some((k) => k.id === one.id)),
    );

  return {
    id,
    row: row!,
    folder,
    start,
    run: async (...args: Parameters<typeof start>): Promise<FeedRunResult> => (await start(...args)).result(),
    /** @param modifiedAt such as of a file that arrives late; now when absent */
    put(name: string, content: string | Buffer, modifiedAt?: Date): void {
      writeFileSync(join(folder, name), content);
      if (modifiedAt) utimesSync(join(folder, name), modifiedAt, modifiedAt);
    },
    /** A file as a run lists it now. */
    listed: (name: string): ListedFile => listedFile(join(folder, name), `${row!.directory}${name}`),
    left: () => readdirSync(folder).sort(),
    has: (name: string) => existsSync(join(folder, name)),
    change: async (set: Partial<NewImport>) => {
      await db.update(feedImports).set(set).where(eq(feedImports.id, id));
    },
    current: async () => (await db.select().from(feedImports).where(eq(feedImports.id, id)))[0]!,
    /** The oldest first. */
    runs: () => db.select().from(feedRuns).where(eq(feedRuns.importId, id)).orderBy(asc(feedRuns.startedAt)),
    endedRuns: () =>
      db
        .select()
        .from(feedRuns)
        .where(and(eq(feedRuns.importId, id), isNotNull(feedRuns.endedAt))),
    files: () => db.select().from(feedFiles).where(eq(feedFiles.importId, id)).orderBy(asc(feedFiles.at)),
    tasks: tasksOf,
    task,
    say,
    async done(kind: string, answers: TaskAnswers, by = 'finn'): Promise<Task> {
      const open = await task(kind);
      await say(open, 'claimTask', { by });
      await say(open, 'completeTask', { by, answers });
      return open;
    },
    problem: (problem: FeedProblem) => client.workflow.getHandle(feedProblemWorkflowId(id, problem)),
  };
}
