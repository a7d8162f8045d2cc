import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Database } from '../../db/client.ts';
import type { CancellationSettings } from '../../domain/cancellations/settings.ts';
import type { OpenFeedServer } from '../../domain/feeds/server.ts';
import type { FeedSettings } from '../../domain/feeds/settings.ts';
import type { FoundAccount } from '../../domain/shared/accountRecords.ts';
import type { DealerNames } from '../../domain/shared/accounts.ts';
import type { ConnectorName } from '../../domain/shared/connectors.ts';
import type { Readiness } from '../../domain/shared/readiness.ts';
import type { RecordCipher } from '../../domain/shared/recordCipher.ts';
import type { Schedules } from '../../domain/shared/schedules.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Where dealers are looked up: CST, or the service's own registry. */
interface AccountDirectory {
  /**
   * @param signal ends the call to CST, as one that is not answered
   * @throws ApplicationFailure `AccountUnusable` when nothing may proceed with the account's record
   */
  find(id: string, signal?: AbortSignal): Promise<FoundAccount | null>;
  /** CST's dealers whose name begins with these letters, up to 100; absent where the registry is used. */
  named?(prefix: string, cursor: string | undefined, limit: number, signal?: AbortSignal): Promise<DealerNames>;
}

export interface ApiOptions {
  database: Database;
  /** With the codec, so that what it sends to workflows is encrypted. */
  temporal: Client;
  accounts: AccountDirectory;
  /** As the worker has them. */
  cancellations: CancellationSettings;
  /** As the worker has them. */
  feeds: FeedSettings;
  /** To look at the files of a feed import. */
  openFeedServer: OpenFeedServer;
  /** As the worker has it, for records of dealers' customers. */
  cipher: RecordCipher;
  /** Which connectors are configured: what has none becomes a person's task. */
  connectors: readonly ConnectorName[];
  schedules: Schedules;
  codec: PayloadCodec;
  /** What `GET /readyz` answers; cheap, however often it is called. */
  readiness(): Promise<Readiness>;
  namespace: string;
  /** Temporal's Web UI: one that the API serves at `/temporal`, or one elsewhere that it links to. */
  webUi?: { upstream: string } | { elsewhere: string };
  /** Whether the service is reached by https only. */
  secure?: boolean;
  /** Addresses of the reverse proxies whose word on who asks is taken, such as `10.0.0.5`; nobody's when absent. */
  trustProxy?: string[];
  /** The control port of the stand-ins for the external systems, where they are used. */
  sandbox?: { url: string; token: string };
  /** Folder of the built console. */
  console?: string;
  logger?: boolean;
  /** Requests are refused with 503 while the process answers so late, in ms: 3 seconds when absent, never when 0. */
  overloadedAfterMs?: number;
}
