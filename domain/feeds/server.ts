import type { FileState, RemoteEntry } from '../shared/remoteFiles.ts';
import type { FeedImportSettings } from './feeds.ts';

/** What of a feed import says where its files are. */
export type FeedServerSettings = Pick<
  FeedImportSettings,
  'host' | 'port' | 'username' | 'password' | 'privateKey' | 'hostKeys'
>;

/** A connection to the server of a feed import, for looking at what is there. */
export interface FeedServer {
  list(folder: string): Promise<RemoteEntry[]>;
  /** The first bytes of a file, if it still is as it was listed. */
  head(path: string, bytes: number, expected: FileState): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Connects to a server, with the failures of `activities/feeds/server.ts`. */
export type OpenFeedServer = (settings: FeedServerSettings, options?: { signal?: AbortSignal }) => Promise<FeedServer>;
