/** A record that was rejected, as it is kept (encrypted) until a person corrects it. */
export interface RejectedRecord {
  /** As the file has it. */
  header: string[];
  delimiter: string;
  /** Without its line end. */
  record: string;
}

export function rejectedRecordBytes(record: RejectedRecord): Buffer {
  return Buffer.from(JSON.stringify(record));
}
