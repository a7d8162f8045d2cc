import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { eq, lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { recordEvents } from '../../db/queries/events.ts';
import {
  latestPermission,
  type OnboardingRow,
  onboardingById,
  takePermission,
} from '../../db/queries/feeds/onboardings.ts';
import { feedOnboardings } from '../../db/schema/feedOnboardings.ts';
import { eligibilityOf } from '../../domain/feeds/eligibility.ts';
import { type FeedDms, type FeedKind, feedDmsTitles } from '../../domain/feeds/feeds.ts';
import {
  type MissingInformation,
  missingOf,
  type OnboardingEnd,
  type OnboardingProgress,
  onboardingEnds,
  type PermissionOutcome,
} from '../../domain/feeds/onboarding.ts';
import { defaultOnboarding } from '../../domain/feeds/settings.ts';
import { defaultTimeZone } from '../../domain/shared/accounts.ts';
import { businessMorning, localDate } from '../../domain/shared/businessDays.ts';
import type { RecordedEvent } from '../../domain/shared/checklist.ts';
import { dealer } from '../shared/dealers.ts';
import { startNotice } from '../shared/startNotice.ts';
import type { FeedContext } from './context.ts';

const dayMs = 24 * 3_600_000;

/** When ProResponse is reminded, and how long the dealer's permission is waited for. Times are ISO 8601. */
export interface PermissionPlan {
  reminders: string[];
  escalateAfterReminders: number;
  endsAt: string;
  /** The dealer's local date of `endsAt`. */
  endsOn: string;
}

/** What is known of a request: nothing is done before nothing is missing. */
export interface KnownInformation {
  missing: MissingInformation[];
  /** Why the dealer may have no feeds. */
  notEntitled?: string;
  /** What gives the dealer the right, once it has it. */
  evidence?: string;
  by: 'cst' | 'dealerops';
}

/** @throws ApplicationFailure to be tried again, such as after a database was restored */
export async function onboardingRow(db: Db, id: string): Promise<OnboardingRow> {
  const row = await onboardingById(db, id);
  if (!row) throw ApplicationFailure.retryable(`There is no onboarding ${id}`, 'OnboardingUnknown');
  return row;
}

/** The tables of onboardings; each write may be repeated. Times are the workflows', in ISO 8601. */
export function onboardingRecordActivities(context: FeedContext) {
  const { db } = context.database;
  return {
    /** Where an onboarding stands, for searching. */
    async saveOnboarding({
      onboardingId: id,
      account,
      dms,
      kinds,
      version,
      progress: { state, reason, steps },
      events,
    }: {
      onboardingId: string;
      account: string;
      dms: FeedDms;
      kinds: FeedKind[];
      version: number;
      progress: OnboardingProgress;
      events: RecordedEvent[];
    }): Promise<void> {
      const isOver = onboardingEnds.includes(state as OnboardingEnd);
      const closedAt = isOver ? new Date(activityInfo().scheduledTimestampMs) : null;
      const now = { kinds, state, reason: reason ?? null, steps, closedAt, version };
      await db.transaction(async (tx) => {
        await tx
          .insert(feedOnboardings)
          // Its row was lost, such as when a database was restored.
          .values({
            ...{ id, account, dms, dealerName: `dealer ${account}`, timeZone: defaultTimeZone },
            ...{ requestedBy: 'dealerops', ...now },
          })
          .onConflictDoUpdate({ target: feedOnboardings.id, set: now, setWhere: lt(feedOnboardings.version, version) });
        const of = { process: 'feeds', subject: id, account, vendor: `dms/${dms}` } as const;
        await recordEvents(
          tx,
          events.map((event) => ({ ...event, ...of, at: new Date(event.at) })),
        );
      });
    },

    /** What of a request is still to be found out: from the request, and from the dealer's account as it is now. */
    async missingInformation({
      onboardingId,
      kinds,
    }: {
      onboardingId: string;
      kinds: FeedKind[];
    }): Promise<KnownInformation> {
      const row = await onboardingRow(db, onboardingId);
      const missing = missingOf({ ...row, kinds });
      if (row.exceptionBy)
        // Who granted it is said with the onboarding.
        return { missing, by: 'dealerops', evidence: `exception granted: ${row.exceptionReason}` };
      const account = await dealer(context.dealers, row.account);
      const by = context.connectors.cst && row.package === null && row.level === null ? 'cst' : 'dealerops';
      const known = { package: row.package ?? account.package, level: row.level ?? account.level };
      const found = eligibilityOf(known);
      if (found.state === 'not_entitled') return { missing, by, notEntitled: found.reason };
      if (found.state === 'unknown') return { by, missing: [...missing, ...found.missing] };
      return { missing, by, evidence: `package ${known.package}, level ${known.level}` };
    },

    /** What the T2 support team has found out, besides the contact. */
    async saveInformation({
      onboardingId,
      ...found
    }: {
      onboardingId: string;
      package?: string;
      level?: string;
    }): Promise<void> {
      if (Object.keys(found).length > 0)
        await db.update(feedOnboardings).set(found).where(eq(feedOnboardings.id, onboardingId));
    },

    /** ProResponse was asked; the first time counts. */
    async markAsked({ onboardingId, at }: { onboardingId: string; at: string }): Promise<void> {
      await db
        .update(feedOnboardings)
        .set({ askedAt: sql`coalesce(${feedOnboardings.askedAt}, ${at}::timestamptz)` })
        .where(eq(feedOnboardings.id, onboardingId));
    },

    /** @param from when ProResponse was asked */
    async planPermission({ onboardingId, from }: { onboardingId: string; from: string }): Promise<PermissionPlan> {
      const { timeZone } = await onboardingRow(db, onboardingId);
      const settings = context.feeds.onboarding ?? defaultOnboarding;
      const asked = new Date(from);
      const endsAt = new Date(asked.getTime() + settings.permissionDays * dayMs);
      const reminders = Array.from({ length: settings.mostReminders }, (_, n) =>
        businessMorning(asked, (n + 1) * settings.reminderBusinessDays, timeZone),
      );
      return {
        reminders: reminders.filter((at) => at < endsAt).map((at) => at.toISOString()),
        escalateAfterReminders: settings.escalateAfterReminders,
        endsAt: endsAt.toISOString(),
        endsOn: localDate(endsAt, timeZone),
      };
    },

    /** What the dealer has said last, where an earlier workflow of the onboarding has taken it. */
    async knownPermission({
      onboardingId,
    }: {
      onboardingId: string;
    }): Promise<{ outcome: PermissionOutcome; on: string; by: string } | null> {
      const row = await latestPermission(db, onboardingId);
      return row ? { outcome: row.outcome, on: row.on, by: row.recordedBy } : null;
    },

    /**
     * @param permission.note where it was said with a task; else it is in the table already
     * @param permission.on ISO 8601; the dealer's local date of `at` when absent
     */
    async takePermission({
      at,
      permissionId: id,
      by: recordedBy,
      ...permission
    }: {
      permissionId: string;
      onboardingId: string;
      outcome: PermissionOutcome;
      on?: string;
      by: string;
      note?: string;
      at: string;
    }): Promise<{ on: string }> {
      const { timeZone } = await onboardingRow(db, permission.onboardingId);
      const on = permission.on ?? localDate(new Date(at), timeZone);
      await takePermission(db, { ...permission, on, id, recordedBy, at: new Date(at) });
      return { on };
    },

    /** Whether the dealer sends leads to a CRM, by the integrations of its account. */
    async leadExportOf({
      account: id,
    }: {
      account: string;
    }): Promise<{ sendsLeads: 'yes' | 'no' | 'unknown'; evidence: string; by: 'cst' | 'dealerops' }> {
      const { integrations, faults } = await dealer(context.dealers, id);
      const by = context.connectors.cst ? 'cst' : 'dealerops';
      const crms = integrations.filter(({ kind }) => kind === 'crm').map(({ vendor }) => vendor);
      if (crms.length > 0) return { sendsLeads: 'yes', by, evidence: `sends leads to ${crms.join(', ')}` };
      const isUnclear = faults.some(({ integration }) => integration === null || integration?.startsWith('crm/'));
      return isUnclear
        ? { sendsLeads: 'unknown', by, evidence: 'an integration of the account cannot be read' }
        : { sendsLeads: 'no', by, evidence: 'the account has no CRM integration' };
    },

    /** Tells the lead of the feeds team about an onboarding as a whole. */
    async tellFeedsLead({
      onboardingId,
      about,
      text,
    }: {
      onboardingId: string;
      about: 'escalated' | 'ended';
      text: string;
    }): Promise<void> {
      const { dealerName, dms } = await onboardingRow(db, onboardingId);
      const key = `feeds/onboarding/${onboardingId}/${about}`;
      const title = `Onboarding of ${feedDmsTitles[dms]}, ${dealerName}`;
      await startNotice(context.temporal, { about, key, process: 'feeds', title, text });
    },
  };
}
