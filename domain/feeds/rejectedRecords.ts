import type { Delimiter } from '../shared/csvCells.ts';

/** A record that was rejected, as it is kept (encrypted) until a person corrects it. */
export interface RejectedRecord {
  /** As the file has it. */
  header: string[];
  delimiter: Delimiter;
  /** Without its line end. */
  record: string;
}

export function rejectedRecordBytes(record: RejectedRecord): Buffer {
  return Buffer.from(JSON.stringify(record));
}

export function readRejectedRecord(bytes: Buffer): RejectedRecord {
  return JSON.parse(bytes.toString());
}
