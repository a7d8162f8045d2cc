import type { ActivityRow, RowRejection } from '../feeds.ts';

/** A row that was read, or why it could not be. */
export type RowReading = { row: ActivityRow; rejection?: undefined } | { rejection: RowRejection; row?: undefined };

/**
 * `unreadable`: not a text. `no_header`: no line at all. `wrong_kind`: the other feed's, of both kinds or of neither. `second_header`:
 * a later line names columns in another order, so that the rows after it would be misread. `too_many_rejected`: more than can be kept.
 */
export type FeedFileProblemCode =
  | 'unreadable'
  | 'no_header'
  | 'wrong_kind'
  | 'missing_column'
  | 'duplicate_column'
  | 'second_header'
  | 'too_many_rejected';

/** Why a file as a whole is not imported; the message is a sentence without personal values. */
export class FeedFileProblem extends Error {
  override name = 'FeedFileProblem';
  readonly code: FeedFileProblemCode;

  constructor(code: FeedFileProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}
