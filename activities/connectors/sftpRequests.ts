import type { ApplicationFailure } from '@temporalio/common';
import { type SftpError, sftpFailures } from './sftpFailures.ts';

interface Waiting {
  doing: string;
  reject(reason: unknown): void;
}

/** What is asked of a server over one connection: each gets its answer, or the failure with which the connection ended. */
export class SftpRequests {
  private readonly waiting = new Set<Waiting>();
  private failed: { reason(doing: string): unknown } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly options: { server: string; stallMs: number; onFailure(): void };

  constructor(options: { server: string; stallMs: number; onFailure(): void }) {
    this.options = options;
  }

  /** @param failureOf what an answer of the server that is an error means */
  ask<T>(
    doing: string,
    send: (done: (error?: SftpError | null, value?: T) => void) => void,
    failureOf: (error: SftpError) => ApplicationFailure,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.failed) return reject(this.failed.reason(doing));
      const own: Waiting = { doing, reject };
      this.waiting.add(own);
      if (this.waiting.size === 1) this.watch();
      send((error, value) => {
        // What ssh2 says of the requests of a connection that has ended comes when they have failed.
        if (!this.waiting.delete(own)) return;
        if (this.waiting.size > 0) this.timer?.refresh();
        else clearTimeout(this.timer);
        if (!error) resolve(value as T);
        else if (error.code === undefined) {
          this.fail((what) => sftpFailures.lost(this.options.server, what));
          reject(sftpFailures.lost(this.options.server, doing));
        } else reject(failureOf(error));
      });
    });
  }

  /** Ends it: whatever waits for an answer, and whatever is asked from now on, fails. The first reason counts. */
  fail(reason: (doing: string) => unknown): void {
    if (this.failed) return;
    this.failed = { reason };
    clearTimeout(this.timer);
    for (const { doing, reject } of this.waiting) reject(reason(doing));
    this.waiting.clear();
    this.options.onFailure();
  }

  private watch(): void {
    const { server, stallMs } = this.options;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail((doing) => sftpFailures.timedOut(server, doing, stallMs)), stallMs);
  }
}
