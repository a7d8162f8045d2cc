import { Context } from '@temporalio/activity';
import type { Db } from '../../db/client.ts';
import { saveProgress } from '../../db/queries/feeds/runs.ts';
import type { RunProgress } from '../../db/schema/feeds.ts';
import type { ListedFile } from '../../domain/feeds/runs.ts';

const heartbeatMs = 1_000;
const saveMs = 2_000;

/** How far the import of one file is: in the activity's heartbeats for the Web UI, and in the run's row for people. */
export class ImportProgress {
  private readonly db: Db;
  private readonly runId: string;
  private readonly activity = Context.current();
  private readonly now: RunProgress;
  private stageBegan = { at: Date.now(), bytes: 0 };
  private shownAt = 0;
  private savedAt = 0;
  private saving: Promise<void> = Promise.resolve();

  constructor(db: Db, runId: string, { path, size }: ListedFile) {
    this.db = db;
    this.runId = runId;
    this.now = { file: path, stage: 'download', bytes: 0, totalBytes: size, rows: 0, rowsPerSecond: 0 };
  }

  stage(stage: RunProgress['stage']): void {
    if (stage === this.now.stage) return;
    // Matching and saving work on what was read.
    if (stage === 'read') this.now.bytes = 0;
    this.now.stage = stage;
    this.stageBegan = { at: Date.now(), bytes: this.now.bytes };
    this.show(true);
  }

  /** @param bytes of the file, in all */
  bytes(bytes: number): void {
    this.now.bytes = bytes;
    this.show();
  }

  rows(rows: number): void {
    this.now.rows = rows;
    this.show();
  }

  /** Resolves when nothing is being written any more. */
  settled(): Promise<void> {
    return this.saving;
  }

  private show(always = false): void {
    const time = Date.now();
    if (!always && time < this.shownAt + heartbeatMs) return;
    this.shownAt = time;
    const { bytes, totalBytes, rows, stage } = this.now;
    const seconds = (time - this.stageBegan.at) / 1000;
    const perSecond = seconds > 0 ? (bytes - this.stageBegan.bytes) / seconds : 0;
    const isMeasured = perSecond > 0 && (stage === 'download' || stage === 'read');
    const progress: RunProgress = {
      ...this.now,
      rowsPerSecond: stage === 'read' && seconds > 0 ? Math.round(rows / seconds) : this.now.rowsPerSecond,
      endsAt: isMeasured ? new Date(time + ((totalBytes - bytes) / perSecond) * 1000).toISOString() : undefined,
    };
    this.now.rowsPerSecond = progress.rowsPerSecond;
    this.activity.heartbeat(progress);
    if (!always && time < this.savedAt + saveMs) return;
    this.savedAt = time;
    // What people see may be a little old; the import does not wait for it.
    this.saving = this.saving.then(() => saveProgress(this.db, this.runId, progress)).catch(() => {});
  }
}
