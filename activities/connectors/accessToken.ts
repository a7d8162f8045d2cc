import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { type Call, callOutside, failuresByStatus } from './http.ts';

const Token = z.object({ access_token: z.string().min(1).max(10_000), expires_in: z.coerce.number().positive() });

/** A token is renewed this long before it expires, or when a tenth of its life is left. */
const earlierMs = 5 * 60_000;

/** An OAuth access token by client credentials: kept until it is about to expire, and asked for once at a time. */
export class AccessToken {
  private readonly request: Pick<Call<unknown>, 'system' | 'url' | 'headers'> & { form: Record<string, string> };
  private held: { token: string; until: number } | undefined;
  private asked: Promise<string> | undefined;

  constructor(request: AccessToken['request']) {
    this.request = request;
  }

  /**
   * Makes a call with the token; once more with a new one where the system does not take it any more.
   * @throws ApplicationFailure `<prefix>Unauthorized` when it does not take a new one either, and the call's own
   */
  async with<T>(call: (authorization: string) => Promise<T>): Promise<T> {
    const token = await this.get();
    try {
      return await call(`Bearer ${token}`);
    } catch (error) {
      const unauthorized = `${this.request.system.failurePrefix}Unauthorized`;
      if (!(error instanceof ApplicationFailure) || error.type !== unauthorized) throw error;
      if (this.held?.token === token) this.held = undefined;
      return call(`Bearer ${await this.get()}`);
    }
  }

  private async get(): Promise<string> {
    if (this.held && Date.now() < this.held.until) return this.held.token;
    this.asked ??= this.ask().finally(() => {
      this.asked = undefined;
    });
    return this.asked;
  }

  private async ask(): Promise<string> {
    const { form, headers, ...call } = this.request;
    const { body } = await callOutside({
      ...call,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      answer: Token,
      failures: failuresByStatus,
    });
    const lifeMs = body!.expires_in * 1000;
    this.held = { token: body!.access_token, until: Date.now() + lifeMs - Math.min(earlierMs, lifeMs / 10) };
    return this.held.token;
  }
}
