import { log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { systemNames } from '../../domain/shared/actors.ts';
import { shortLine } from '../../domain/shared/shortLine.ts';
import { callOutside, type OutsideSystem } from './http.ts';

/** What the form asks for; an odd value is one that its person looks up. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value == null ? null : shortLine(value, 300)))
  .catch(null);
const SalesforceAccount = z.object({
  Id: z.string(),
  Name: text,
  // Only null says that there is no parent account.
  ParentId: z.string().min(1).nullable().optional().catch(undefined),
  Phone: text,
  BillingStreet: text,
  BillingCity: text,
  BillingState: text,
  BillingPostalCode: text,
  Website: text,
});

/** The sales account, with what DealerSocket's form asks for. */
export interface SalesAccount {
  id: string;
  name: string | null;
  /** Null without a parent account; undefined where Salesforce does not say. */
  parentId: string | null | undefined;
  phone: string | null;
  street: string | null;
  city: string | null;
  state: string | null;
  postalCode: string | null;
  website: string | null;
}

/** The client of Salesforce's REST API (sandbox/salesforce.openapi.json), by OAuth client credentials; throws the failures of `callOutside`. */
export class Salesforce {
  static readonly system: OutsideSystem = {
    title: systemNames.salesforce,
    code: 'salesforce',
    failurePrefix: 'Salesforce',
  };
  private readonly options: { url: string; clientId: string; clientSecret: string; externalIdField: string };
  private token: string | undefined;

  constructor({
    externalIdField = 'CST_Account__c',
    ...options
  }: { url: string; clientId: string; clientSecret: string; externalIdField?: string }) {
    this.options = { ...options, url: options.url.replace(/\/$/, ''), externalIdField };
  }

  /**
   * The sales account of one of CST's accounts.
   * @returns null where Salesforce has no account with this external ID
   * @throws ApplicationFailure `SalesforceRefused`, besides the others, that says what must be corrected there: several accounts
   *   have this external ID, or the field is not one of Account's external IDs
   */
  async account(account: string): Promise<SalesAccount | null> {
    const { externalIdField: field } = this.options;
    const path = `/services/data/v62.0/sobjects/Account/${field}/${encodeURIComponent(account)}`;
    let answer = await this.get(path);
    if (answer.status === 401) {
      this.token = undefined;
      answer = await this.get(path);
    }
    if (answer.status === 300) throw refused(`several accounts have ${field} = ${account}: leave it on one of them`);
    if (answer.status === 404) {
      const said = errorsIn(answer.text);
      if (said.some((one) => one === noSuchRecord)) return null;
      const action = said[0] ?? 'HTTP 404 without a reason';
      throw refused(
        `${action}. Check SALESFORCE_ACCOUNT_FIELD (${field}), SALESFORCE_URL and the rights of the client`,
      );
    }
    const found = answer.body;
    return (
      found && {
        id: found.Id,
        name: found.Name,
        parentId: found.ParentId,
        phone: found.Phone,
        street: found.BillingStreet,
        city: found.BillingCity,
        state: found.BillingState,
        postalCode: found.BillingPostalCode,
        website: found.Website,
      }
    );
  }

  private async get(path: string) {
    const also = this.token ? [300, 401, 404] : [300, 404];
    this.token ??= await this.login();
    return callOutside({
      system: Salesforce.system,
      url: `${this.options.url}${path}`,
      headers: { authorization: `Bearer ${this.token}` },
      answer: SalesforceAccount,
      also,
    });
  }

  private async login(): Promise<string> {
    const { body } = await callOutside({
      system: Salesforce.system,
      url: `${this.options.url}/services/oauth2/token`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: this.options.clientId,
        client_secret: this.options.clientSecret,
      }).toString(),
      answer: z.object({ access_token: z.string().min(1) }),
    });
    return body!.access_token;
  }
}

/**
 * The sales account, or why Salesforce could not say: not connected, refused, or not known there. A person then looks; it is no
 * outage, for which the question is asked again.
 */
export async function salesAccountOf(
  { salesforce }: { salesforce?: Salesforce },
  account: string,
): Promise<{ salesAccount?: SalesAccount; reason?: string }> {
  if (!salesforce) return { reason: 'Salesforce is not connected' };
  try {
    const salesAccount = await salesforce.account(account);
    return salesAccount ? { salesAccount } : { reason: `Salesforce has no account for ${account}` };
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== 'SalesforceRefused') throw error;
    log.warn('Salesforce could not say', { account, reason: error.message });
    return { reason: error.message };
  }
}

/** With the same status Salesforce says that the field is not known; its words tell them apart. */
const noSuchRecord = 'The requested resource does not exist';

const Errors = z.array(z.object({ message: z.string() })).max(10);

function errorsIn(text: string): string[] {
  try {
    return Errors.parse(JSON.parse(text)).map(({ message }) => shortLine(message, 200));
  } catch {
    return [];
  }
}

function refused(why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`Salesforce: ${why}`, 'SalesforceRefused');
}
