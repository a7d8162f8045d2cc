import { z } from 'zod';
import { feedFileStates, noRows } from '../../../domain/feeds/feeds.ts';

/** Parts of what is answered about runs. */

export const FileState = z.enum(feedFileStates).meta({
  id: 'FeedFileState',
  description:
    '`known`: its content was imported before, under whatever name; `other_kind`: it is the other feed’s, and stays; `set_aside`: its header is of both kinds or of neither; `rejected`: a column is missing, or too many rows cannot be read; `not_taken`: such as one that is still growing',
});

export const count = z.int().min(0);
export const RowCounts = z
  .object(
    Object.fromEntries(Object.keys(noRows).map((name) => [name, count])) as Record<keyof typeof noRows, typeof count>,
  )
  .meta({
    id: 'FeedRowCounts',
    description:
      '`read` is the sum of all others; `superseded`: a later row of the file, or a newer file, has the same activity',
  });
