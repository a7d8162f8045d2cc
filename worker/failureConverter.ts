import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures go through the codec, since they may name what payloads hold. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
