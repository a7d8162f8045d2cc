import { z } from 'zod';
import { callOutside } from './outside.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const SalesforceAccount = z.object({
  Id: z.string(),
  Name: z.string(),
  ParentId: text,
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
  name: string;
  parentId: string | null;
  phone: string | null;
  street: string | null;
  city: string | null;
  state: string | null;
  postalCode: string | null;
  website: string | null;
}

/** The client of Salesforce's REST API (sandbox/salesforce.openapi.json), by OAuth client credentials; throws the failures of `callOutside`. */
export class Salesforce {
  private readonly options: { url: string; clientId: string; clientSecret: string; externalIdField: string };
  private token: string | undefined;

  constructor({
    externalIdField = 'CST_Account__c',
    ...options
  }: { url: string; clientId: string; clientSecret: string; externalIdField?: string }) {
    this.options = { ...options, url: options.url.replace(/\/$/, ''), externalIdField };
  }

  /** The sales account of one of CST's accounts; null where Salesforce knows none. */
  async account(account: string): Promise<SalesAccount | null> {
    const path = `/services/data/v62.0/sobjects/Account/${this.options.externalIdField}/${encodeURIComponent(account)}`;
    let answer = await this.get(path);
    if (answer.status === 401) {
      this.token = undefined;
      answer = await this.get(path);
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
    const retryOnce = this.token ? [401, 404] : [404];
    this.token ??= await this.login();
    return callOutside({
      system: 'Salesforce',
      url: `${this.options.url}${path}`,
      headers: { authorization: `Bearer ${this.token}` },
      answer: SalesforceAccount,
      also: retryOnce,
    });
  }

  private async login(): Promise<string> {
    const { body } = await callOutside({
      system: 'Salesforce',
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
