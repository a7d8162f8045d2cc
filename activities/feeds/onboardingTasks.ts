import { desc, ne } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { readReport } from '../../db/queries/feeds/reports.ts';
import { trialRun } from '../../db/queries/feeds/runs.ts';
import { nameOf } from '../../db/queries/people.ts';
import { feedImports } from '../../db/schema/feeds.ts';
import {
  type OnboardingTaskFacts,
  type OnboardingTextFacts,
  onboardingTaskCatalog,
  onboardingTaskContent,
} from '../../domain/feeds/onboardingCatalog.ts';
import type { Trial } from '../../domain/feeds/trialTexts.ts';
import { localDate } from '../../domain/shared/businessDays.ts';
import { opened } from '../../domain/shared/recordCipher.ts';
import { dealer } from '../shared/dealers.ts';
import type { TaskDescription } from '../shared/tasks.ts';
import type { FeedContext } from './context.ts';
import { contactOf, mailOf } from './onboardingMails.ts';
import { onboardingRow } from './onboardingRecords.ts';

/** What people see of an onboarding's tasks: the catalog's texts with the request, the mails and the trial. */
export function describeOnboardingTask(context: FeedContext) {
  const { db } = context.database;
  return async (facts: OnboardingTaskFacts): Promise<TaskDescription> => {
    const { kind, subject, kinds, mail, missing = [], reason, feedKind, runWorkflowId, isLeadExportUnclear } = facts;
    const row = await onboardingRow(db, subject);
    const { team, dueBusinessDays } = onboardingTaskCatalog[kind];
    const asksForRight = missing.includes('package') || missing.includes('level');
    const account = asksForRight ? await dealer(context.dealers, row.account) : undefined;
    const to = context.feeds.onboarding?.proResponseEmail ?? null;
    const textFacts: OnboardingTextFacts = {
      ...row,
      requestedBy: await nameOf(db, row.requestedBy),
      ...{ kinds, missing, reason, feedKind, isLeadExportUnclear },
      package: account?.package,
      level: account?.level,
      mail: mail && { to, ...mailOf(row, kinds, mail) },
      mailWhat: mail?.what,
      contact: contactOf(row),
      askedOn: row.askedAt && localDate(row.askedAt, row.timeZone),
      trial: runWorkflowId === undefined ? undefined : await trialOf(context, runWorkflowId),
      usedBefore: kind === 'first-file' ? await lastImport(db) : undefined,
    };
    const { dealerName, timeZone } = row;
    return { content: onboardingTaskContent(kind, textFacts), team, dueBusinessDays, dealerName, timeZone };
  };
}

async function trialOf({ database: { db }, cipher }: FeedContext, workflowId: string): Promise<Trial | undefined> {
  const run = await trialRun(db, workflowId);
  if (!run?.outcome) return undefined;
  const { outcome, report: sealed } = run;
  return { ...run, outcome, report: sealed ? opened(() => readReport(cipher, sealed)) : { files: [] } };
}

/** From which the server and the names of its secrets can be copied. */
async function lastImport(db: Db) {
  const [row] = await db
    .select()
    .from(feedImports)
    .where(ne(feedImports.state, 'ended'))
    .orderBy(desc(feedImports.createdAt))
    .limit(1);
  return row;
}
