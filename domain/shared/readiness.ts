import { z } from 'zod';

/** One part that the service needs: `degraded` needs a person soon, with `failed` the service cannot do its work. */
const Check = z
  .object({
    name: z.string(),
    status: z.enum(['ok', 'degraded', 'failed']),
    reason: z.string().optional().meta({ description: 'What is wrong and what to do about it' }),
  })
  .meta({ id: 'ReadinessCheck' });
export type Check = z.infer<typeof Check>;

/** Whether a process of the service can do its work, as `GET /readyz` answers it: 503 where it is `not_ready`. */
export const Readiness = z
  .object({ status: z.enum(['ready', 'degraded', 'not_ready']), checks: z.array(Check) })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;
