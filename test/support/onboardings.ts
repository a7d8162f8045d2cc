import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asc, eq } from 'drizzle-orm';
import { eventsOfSubject } from '../../db/queries/events.ts';
import { joinOrOpenOnboarding, type OnboardingRequest } from '../../db/queries/feeds/onboardings.ts';
import { feedOnboardings } from '../../db/schema/feedOnboardings.ts';
import { feedImports } from '../../db/schema/feeds.ts';
import { tasks } from '../../db/schema/shared.ts';
import type { FeedDms, FeedKind } from '../../domain/feeds/feeds.ts';
import {
  type FileLocation,
  type OnboardingEnd,
  onboardingWorkflowId,
  type PermissionOutcome,
} from '../../domain/feeds/onboarding.ts';
import type { OnboardingUpdates } from '../../domain/feeds/onboardingMessages.ts';
import { onboardingWorkflow } from '../../domain/feeds/onboardingStarts.ts';
import type { TaskUpdates } from '../../domain/shared/messages.ts';
import type { TaskAction } from '../../domain/shared/taskRules.ts';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import type { SandboxDealer } from '../../sandbox/shared/dealers.ts';
import { eventually } from './eventually.ts';
import { dealerWith } from './runs.ts';
import type { TestService } from './service.ts';

type Task = typeof tasks.$inferSelect;

/** A file of each kind, with one row. */
export const sales = 'SoldDate,VIN,Amount.Financed\n1/10/2030,1HGCM82633A004352,\n';
export const orders = 'WONumber,RO.Amount\nW1,20.00\n';
/** Of a trial. */
export const approve = { decision: 'approve', note: 'rows compared with the file' };

const gold = { package: 'Gold', level: 'L5' };

/** A dealer with the right to feeds, unless `more` says otherwise. */
export function feedDealer(id: string, more: Partial<SandboxDealer> = gold, integration = 'dms/ids'): SandboxDealer {
  return { ...dealerWith(id, integration, 'Active'), ...more };
}

export const contact = { name: 'Kim Example', phone: '312-555-0100', email: 'kim@example.com' };

/** An onboarding of a dealer, and what people and tests do with it. */
export async function onboardingOf(
  service: TestService,
  account: string,
  over: Partial<OnboardingRequest> & { kinds?: FeedKind[]; dms?: FeedDms } = {},
) {
  const { db, client, sandbox } = service;
  const request = { dms: 'ids', kinds: ['sales'], contact, ...over } satisfies Partial<OnboardingRequest>;
  const { onboarding } = await joinOrOpenOnboarding(
    db,
    {
      ...{ requestId: randomUUID(), account, dealerName: `Dealer ${account}`, timeZone: 'America/Chicago' },
      ...request,
    },
    { by: 'key:test', keyId: null },
  );
  const { id, dms, kinds } = onboarding;
  const workflowId = onboardingWorkflowId({ account, dms });
  const started = await client.workflow.start(
    'onboardFeed',
    onboardingWorkflow({ onboardingId: id, account, dms, kinds }),
  );
  const now = async () => (await service.env?.currentTimeMs()) ?? Date.now();
  const expiresAt = async () => new Date((await now()) + 60_000).toISOString();
  const update = async <Name extends keyof OnboardingUpdates>(
    name: Name,
    said: Omit<OnboardingUpdates[Name], 'onboardingId' | 'expiresAt' | 'by'>,
  ) =>
    client.workflow
      .getHandle(workflowId)
      .executeUpdate(name, { args: [{ onboardingId: id, by: 'finn', expiresAt: await expiresAt(), ...said }] });
  const tasksOf = () => db.select().from(tasks).where(eq(tasks.subject, id)).orderBy(asc(tasks.openedAt));
  const say = async <Action extends TaskAction>(
    task: Task,
    action: Action,
    message: Omit<TaskUpdates[Action], 'taskId' | 'expiresAt'>,
  ) =>
    client.workflow
      .getHandle(task.workflowId)
      .executeUpdate(action, { args: [{ taskId: task.id, ...message, expiresAt: await expiresAt() }] });
  const task = (kind: string, state = 'open') =>
    eventually(async () => (await tasksOf()).find((one) => one.kind === kind && one.state === state));
  const row = async () => (await db.select().from(feedOnboardings).where(eq(feedOnboardings.id, id)))[0]!;
  const step = async (name: string) => (await row()).steps.find((one) => one.step === name);
  const folder = `${id}/IDS/`;
  mkdirSync(join(sandbox.sftp.folder, folder), { recursive: true });

  return {
    id,
    workflowId,
    row,
    step,
    stepIs: (name: string, state: string) => eventually(async () => (await step(name))?.state === state),
    ended: () => client.workflow.getHandle(workflowId, started.firstExecutionRunId).result() as Promise<OnboardingEnd>,
    update,
    permission: async (outcome: PermissionOutcome) =>
      update('recordPermission', {
        ...{ permissionId: randomUUID(), outcome },
        on: new Date(await now()).toISOString().slice(0, 10),
      }),
    withdraw: (reason = 'the dealer has left') => update('withdrawOnboarding', { reason }),
    tasks: tasksOf,
    task,
    say,
    async done(kind: string, answers: TaskAnswers, by = 'finn'): Promise<Task> {
      const open = await task(kind);
      await say(open, 'claimTask', { by });
      await say(open, 'completeTask', { by, answers });
      return open;
    },
    async leaveOut(kind: string): Promise<void> {
      await say(await task(kind), 'closeNotCompleted', { by: 'finn', reason: 'not this one' });
    },
    location: {
      ...{ host: sandbox.sftp.host, port: sandbox.sftp.port, hostKeys: [sandbox.sftp.hostKey], directory: folder },
      ...{ filename: '_SL\\.csv', regex: true },
      ...{ username: 'sandbox-username', password: 'sandbox-password', privateKey: null },
    } satisfies FileLocation,
    answers: {
      ...{ directory: folder, filename: '_SL\\.csv', host: `${sandbox.sftp.host}:${sandbox.sftp.port}` },
      ...{ hostKey: sandbox.sftp.hostKey, username: 'sandbox-username', signInWith: 'password' },
      secret: 'sandbox-password',
    } satisfies TaskAnswers,
    put: (name: string, content: string) => writeFileSync(join(sandbox.sftp.folder, folder, name), content),
    imports: () => db.select().from(feedImports).where(eq(feedImports.account, account)),
    events: () => eventsOfSubject(db, 'feeds', id),
    /** To ProResponse, about this dealer. */
    mails: () =>
      sandbox.smtp.messages.filter(
        ({ to, text }) => to === proResponse.proResponseEmail && text.includes(`(our ID: ${account})`),
      ),
  };
}

export const proResponse = {
  ...{ proResponseEmail: 'proresponse@example.com', reminderBusinessDays: 5, mostReminders: 10 },
  ...{ escalateAfterReminders: 3, permissionDays: 90, fileBusinessDays: 10 },
};

/** An onboarding up to the dealer's permission. */
export async function permittedOnboarding(...[service, account, over]: Parameters<typeof onboardingOf>) {
  const onboarding = await onboardingOf(service, account, over);
  await onboarding.stepIs('permission', 'waiting');
  await onboarding.permission('granted');
  await onboarding.task('first-file');
  return onboarding;
}
