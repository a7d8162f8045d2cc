import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { systemNames } from '../../domain/shared/actors.ts';
import { shortLine } from '../../domain/shared/shortLine.ts';
import { AccessToken } from './accessToken.ts';
import { callOutside, failuresByStatus, type OutsideSystem } from './http.ts';

/** As many as the list gives at most; how to get the others is not documented. */
const mostListed = 100;
const mediaType = 'application/vnd.coxauto.v1+json';

/** 596: the route is not in the plan of the API key. */
const failures = {
  ...failuresByStatus,
  596: { name: 'NotInPlan', hint: "this route is not in the plan of the service's API key" },
};

/** Of the list only the dealer's own entry matters; an entry of nobody known could be the dealer's. */
const Listed = z.array(z.record(z.string(), z.unknown())).max(1_000);
const Subscription = z.object({
  status: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['active', 'inactive'])),
  statusDateUtc: z
    .string()
    .nullish()
    .transform((text) => (text ? shortLine(text, 40) : null))
    .catch(null),
  subscriptions: z.array(z.string().regex(/^\w{1,60}$/)).max(50),
});

/** What VinSolutions sends us of one dealer. */
export interface DealerSubscription {
  status: 'active' | 'inactive';
  /** Since when, as VinSolutions writes it. */
  since: string | null;
  /** The event types, such as `LeadCreated`. */
  events: string[];
}

export interface VinSolutionsEventsOptions {
  url: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  apiKey: string;
}

/**
 * The client of VinSolutions' Connect Event service (sandbox/vinsolutions/vinSolutionsEvents.openapi.json). Every method throws
 * the failures of `callOutside`, with the prefix `VinSolutionsEvents`.
 */
export class VinSolutionsEvents {
  static readonly system: OutsideSystem = {
    title: systemNames.vinsolutions_events,
    code: 'vinsolutions_events',
    failurePrefix: 'VinSolutionsEvents',
  };
  private readonly url: string;
  private readonly apiKey: string;
  private readonly token: AccessToken;

  constructor({ url, tokenUrl, clientId, clientSecret, apiKey }: VinSolutionsEventsOptions) {
    this.url = url.replace(/\/+$/, '');
    this.apiKey = apiKey;
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'PublicAPI',
    };
    this.token = new AccessToken({ system: VinSolutionsEvents.system, url: tokenUrl, headers: {}, form });
  }

  /**
   * What VinSolutions sends of this dealer.
   * @returns null when it lists all dealers, and this one is not among them
   * @throws ApplicationFailure `VinSolutionsEventsIncomplete`, besides the others, when this one may be among those that it does not list;
   *   `VinSolutionsEventsBadDealerId` when the Dealer ID cannot be sent as a number
   */
  async subscription(dealerId: string): Promise<DealerSubscription | null> {
    const id = numberOf(dealerId);
    const { body } = await this.call({ path: `/subscription?limit=${mostListed}`, answer: Listed });
    const listed = body!;
    const own = listed.filter((one) => one.dealerId === id || one.dealerId === dealerId);
    if (own.length > 1) throw invalid(`${own.length} subscriptions of the dealer ${dealerId}`);
    if (own.length === 1) {
      const read = Subscription.safeParse(own[0]);
      if (!read.success)
        throw invalid(`a subscription of ${dealerId} with a wrong ${read.error.issues[0]!.path.join('.')}`);
      const { status, statusDateUtc, subscriptions } = read.data;
      return { status, since: statusDateUtc, events: subscriptions };
    }
    const odd = listed.some((one) => !(Number.isSafeInteger(Number(one.dealerId)) && Number(one.dealerId) > 0));
    if (!odd && listed.length < mostListed) return null;
    throw ApplicationFailure.nonRetryable(
      `VinSolutions' event service lists ${listed.length} dealers without ${dealerId}, and may have more`,
      'VinSolutionsEventsIncomplete',
    );
  }

  /**
   * Sets what VinSolutions sends of this dealer; safe to repeat. Whether it has is known by `subscription` only.
   * @param events must not be empty
   */
  async setStatus(dealerId: string, status: DealerSubscription['status'], events: readonly string[]): Promise<void> {
    const id = numberOf(dealerId);
    await this.call({
      method: 'PUT',
      path: `/subscription/dealerId/${id}`,
      body: { dealerId: id, status, subscriptions: events },
      answer: z.unknown(),
    });
  }

  private call<T>(call: { method?: 'PUT'; path: string; body?: unknown; answer: z.ZodType<T> }) {
    const { path, ...rest } = call;
    return this.token.with((authorization) =>
      callOutside({
        ...rest,
        system: VinSolutionsEvents.system,
        url: `${this.url}${path}`,
        headers: {
          authorization,
          'x-api-key': this.apiKey,
          accept: mediaType,
          ...(call.body !== undefined && { 'content-type': mediaType }),
        },
        failures,
      }),
    );
  }
}

/** Zeros at the beginning would be lost, and with them perhaps the dealer. */
function numberOf(dealerId: string): number {
  const id = Number(dealerId);
  if (Number.isSafeInteger(id) && id > 0 && String(id) === dealerId) return id;
  throw ApplicationFailure.nonRetryable(
    `${JSON.stringify(dealerId)} cannot be sent to VinSolutions' event service, which takes numbers`,
    'VinSolutionsEventsBadDealerId',
  );
}

function invalid(what: string): ApplicationFailure {
  return ApplicationFailure.retryable(`VinSolutions' event service lists ${what}`, 'VinSolutionsEventsInvalidResponse');
}
