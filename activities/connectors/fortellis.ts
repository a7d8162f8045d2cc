import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { systemNames } from '../../domain/shared/actors.ts';
import { shortLine } from '../../domain/shared/shortLine.ts';
import { AccessToken } from './accessToken.ts';
import { callOutside, failuresByStatus, type OutsideSystem } from './http.ts';

/** The list holds every subscription of the app, with details that are not used here. */
const maxBytes = 16 * 1024 * 1024;

/** What a field of another type or form is, is not known. */
const text = z
  .string()
  .transform((value) => shortLine(value.trim(), 100) || null)
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

const List = z.looseObject({
  subscriptions: z.array(
    z.object({ subscriptionId: text, orgId: text, status: text, deactivationDate: text, environment: text }),
  ),
});

/** One subscription of our app, as far as Fortellis says it: null is what is missing, empty or odd. */
export interface FortellisSubscription {
  subscriptionId: string | null;
  /** `active`, `inactive`, or what else Fortellis says, in lower case. */
  status: string | null;
  /** `YYYY-MM-DD` where it is ended; another text where Fortellis says something else. */
  deactivationDate: string | null;
  /** `test`, `production`, in lower case. */
  environment: string | null;
}

export interface FortellisOptions {
  /** Of the list of subscriptions, without its path. */
  subscriptionsUrl: string;
  /** The whole address, with the ID of the authorization server. */
  tokenUrl: string;
  apiKey: string;
  apiSecret: string;
}

/**
 * The client of Fortellis (sandbox/fortellis/fortellis.openapi.json). Every method throws the failures of `callOutside`, with
 * the prefix `Fortellis`.
 */
export class Fortellis {
  static readonly system: OutsideSystem = {
    title: systemNames.fortellis,
    code: 'fortellis',
    failurePrefix: 'Fortellis',
  };
  private readonly subscriptionsUrl: string;
  private readonly token: AccessToken;

  constructor({ subscriptionsUrl, tokenUrl, apiKey, apiSecret }: FortellisOptions) {
    this.subscriptionsUrl = subscriptionsUrl.replace(/\/+$/, '');
    this.token = new AccessToken({
      system: Fortellis.system,
      url: tokenUrl,
      headers: { authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}` },
      form: { grant_type: 'client_credentials', scope: 'anonymous' },
    });
  }

  /**
   * The subscriptions of one organization to our app, of whatever state and environment.
   * @throws ApplicationFailure `FortellisIncomplete`, besides the others, when the list says that it goes on elsewhere, or has an entry
   *   of which it does not say whose it is: one of the organization may be missing
   */
  async subscriptionsOf(orgId: string): Promise<FortellisSubscription[]> {
    const query = z.uuid().safeParse(orgId).success ? `?${new URLSearchParams({ orgId })}` : '';
    const { body, headers } = await this.token.with((authorization) =>
      callOutside({
        system: Fortellis.system,
        url: `${this.subscriptionsUrl}/v1/solution/subscriptions${query}`,
        headers: { authorization },
        answer: List,
        failures: failuresByStatus,
        maxBytes,
      }),
    );
    const { subscriptions, ...more } = body!;
    const further = Object.keys(more).filter((name) => more[name] !== null && more[name] !== false);
    if (/rel="?next/i.test(headers.get('link') ?? '')) further.push('the header Link');
    if (further.length > 0) throw incomplete(`may have more pages (${shortLine(further.join(', '), 200)})`);
    if (subscriptions.some((one) => one.orgId === null)) throw incomplete('has an entry without orgId');
    return subscriptions
      .filter((one) => one.orgId!.toLowerCase() === orgId.toLowerCase())
      .map(({ subscriptionId, status, deactivationDate, environment }) => ({
        ...{ subscriptionId, deactivationDate },
        status: status?.toLowerCase() ?? null,
        environment: environment?.toLowerCase() ?? null,
      }));
  }
}

function incomplete(why: string): ApplicationFailure {
  return ApplicationFailure.retryable(`Fortellis' list of subscriptions ${why}`, 'FortellisIncomplete');
}
