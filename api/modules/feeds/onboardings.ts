import { v5 as uuidOf } from 'uuid';
import { z } from 'zod';
import { timeOf } from '../../../db/clock.ts';
import {
  dropPermission,
  findOnboarding,
  keepPermission,
  listOnboardings,
  type OnboardingRecord,
} from '../../../db/queries/feeds/onboardings.ts';
import { localDate } from '../../../domain/shared/businessDays.ts';
import { AccountId, FeedOnboardingId } from '../../../domain/shared/inputs.ts';
import { timePlace } from '../../server/cursor.ts';
import { IdempotencyHeaders } from '../../server/idempotencyKey.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, QueryBoolean, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { Dms } from './importFields.ts';
import { assertUsableLocation } from './onboardingAnswers.ts';
import {
  FirstFile,
  NewOnboarding,
  NewPermission,
  Onboarding,
  OnboardingPage,
  OnboardingState,
  OnboardingWithdrawal,
  StartedOnboarding,
} from './onboardingSchemas.ts';
import { startOnboarding } from './onboardingStart.ts';
import { sendOnboardingUpdate } from './onboardingUpdates.ts';
import { onboardingSummaries, onboardingView } from './onboardingView.ts';

const Id = z.object({ id: FeedOnboardingId });

/** Onboardings: from a request to the daily sync. */
export async function onboardingRoutes(app: App, options: ApiOptions): Promise<void> {
  const { db } = options.database;
  const tags = ['feeds'];
  const config = { scope: 'feeds:write' } as const;

  app.post(
    '/v1/feeds/onboardings',
    {
      config,
      schema: {
        tags,
        operationId: 'startFeedOnboarding',
        summary: 'Request a dealer’s sales and service files through ProResponse, or join the request in progress',
        description:
          'One onboarding per dealer and DMS at a time. What the request leaves out of contact and kinds, the T2 support team is asked for. A dealer whose package or level gives no right to feeds is rejected; an administrator may grant an exception.',
        headers: IdempotencyHeaders,
        body: NewOnboarding,
        response: { 202: StartedOnboarding },
        problems: [409, 422],
        responseHeaders: { 202: ['Location', 'Idempotency-Replayed'] },
      },
    },
    async ({ body, headers, caller }, reply) => {
      const { answer, replayed } = await startOnboarding(options, caller!, headers['idempotency-key'], body);
      if (replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(202).header('location', answer.body.address).send(answer.body);
    },
  );

  app.get(
    '/v1/feeds/onboardings',
    {
      config: { scope: ['read', 'feeds:write'] },
      schema: {
        tags,
        operationId: 'listFeedOnboardings',
        summary: 'Onboardings, the newest first',
        querystring: z.strictObject({
          account: AccountId.optional(),
          dms: Dms.optional(),
          state: OnboardingState.optional(),
          open: QueryBoolean.optional().describe('Whether it is in progress'),
          ...pageQuery,
        }),
        response: { 200: OnboardingPage },
      },
    },
    async ({ query: { cursor, limit: ofPage, ...filter } }) => {
      const { items, nextCursor } = await readPage(
        { cursor, limit: ofPage },
        {
          place: timePlace('onboardings'),
          read: (place, limit) =>
            listOnboardings(db, { ...filter, before: place && { startedAt: place[1], id: place[2] }, limit }),
          placeOf: ({ startedAt, id }) => ['onboardings', startedAt, id],
        },
      );
      return { onboardings: await onboardingSummaries(options, items), nextCursor };
    },
  );

  app.get(
    '/v1/feeds/onboardings/:id',
    {
      config: { scope: ['read', 'feeds:write'] },
      schema: {
        tags,
        operationId: 'getFeedOnboarding',
        summary: 'Where an onboarding stands, and who must act next',
        params: Id,
        response: { 200: Onboarding },
        problems: [404],
      },
    },
    async ({ params, caller }) => onboardingView(options, caller!, await onboarding(params.id)),
  );

  const answers = { params: Id, response: { 200: Onboarding }, problems: [404, 409, 422] as const };

  app.post(
    '/v1/feeds/onboardings/:id/permission',
    {
      config,
      schema: {
        ...{ tags, ...answers, operationId: 'recordFeedPermission', body: NewPermission },
        summary: 'Record what the dealer says: granted, refused, or withdrawn',
      },
    },
    async ({ params, body, caller }) => {
      const record = await onboarding(params.id);
      await assertNotLater(record, body.on);
      const { outcome, saidBy, on, note = null } = body;
      const { id: by } = caller!;
      // The same again is the same.
      const permissionId = uuidOf(JSON.stringify([by, outcome, saidBy, on, note]), record.id);
      const kept = { id: permissionId, onboardingId: record.id, outcome, saidBy, on, note, recordedBy: by };
      await keepPermission(db, kept);
      try {
        await sendOnboardingUpdate(options, record, 'recordPermission', { permissionId, outcome, on, by });
      } catch (error) {
        if (error instanceof Problem && error.status === 409) await dropPermission(db, permissionId);
        throw error;
      }
      return onboardingView(options, caller!, await onboarding(params.id));
    },
  );

  app.post(
    '/v1/feeds/onboardings/:id/first-file',
    {
      config,
      schema: {
        ...{ tags, ...answers, operationId: 'reportFirstFeedFile', body: FirstFile },
        summary: 'A first file is on the server: it is looked at now, and not only with the next daily look',
      },
    },
    async ({ params, body: { location }, caller }) => {
      const record = await onboarding(params.id);
      if (location) await assertUsableLocation(options, location, (field) => `/location/${field}`);
      await sendOnboardingUpdate(options, record, 'reportFirstFile', { by: caller!.id, location });
      return onboardingView(options, caller!, await onboarding(params.id));
    },
  );

  app.post(
    '/v1/feeds/onboardings/:id/withdraw',
    {
      config,
      schema: {
        ...{ tags, ...answers, operationId: 'withdrawFeedOnboarding', body: OnboardingWithdrawal },
        summary: 'Nobody wants these feeds any more: stop, end what was created, and tell ProResponse',
      },
    },
    async ({ params, body: { reason }, caller }) => {
      const record = await onboarding(params.id);
      await sendOnboardingUpdate(options, record, 'withdrawOnboarding', { by: caller!.id, reason });
      return onboardingView(options, caller!, await onboarding(params.id));
    },
  );

  /** @throws Problem 404 */
  async function onboarding(id: string): Promise<OnboardingRecord> {
    const record = await findOnboarding(db, id);
    if (!record) throw new Problem(404, 'not-found', `There is no onboarding ${id}.`);
    return record;
  }

  /** @throws Problem 422 */
  async function assertNotLater({ timeZone, startedAt }: OnboardingRecord, on: string): Promise<void> {
    const today = localDate(await timeOf(db), timeZone);
    const first = localDate(startedAt, timeZone);
    if (on <= today && on >= first) return;
    const message =
      on > today
        ? `is after ${today}, which is today in the dealer’s time zone (${timeZone})`
        : `is before ${first}, when the onboarding was requested`;
    throw new Problem(422, 'invalid-request', `on ${message}.`, { errors: [{ path: '/on', message }] });
  }
}
