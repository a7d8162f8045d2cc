import { z } from 'zod';
import { defaultInactiveStatuses, problemWithInactiveStatuses } from '../../domain/cancellations/gate.ts';
import type { CancellationSettings } from '../../domain/cancellations/settings.ts';
import type { ConnectorName } from '../../domain/shared/connectors.ts';
import { type DealerSelection, readDealerSelection } from '../../domain/shared/dealerSelection.ts';
import { connectorVariablesTogether } from './connectors.ts';

/** The settings of cancellations. */

/** People follow it from a task: it must be what it says, and hold no password. */
const sheetAddress = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && text.length <= 2_000;
}, 'must be an https:// address without a user or password');

const dealerSelection = z.string().transform((text, context): DealerSelection => {
  try {
    return readDealerSelection(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const inactiveStatuses = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .superRefine((all, context) => {
    const message = problemWithInactiveStatuses(all);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .default([...defaultInactiveStatuses]);

export const cancellationVariables = {
  VINSOLUTIONS_EVENTS_DEALERS: dealerSelection.optional(),
  DATA_AFTER_END_GRACE_DAYS: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a whole number of days from 0 to 90')
    .transform(Number)
    .refine((days) => days <= 90, 'must be a whole number of days from 0 to 90')
    .optional(),
  AUTO_TAM_DIRECTORY_URL: sheetAddress.optional(),
  GATE_INACTIVE_STATUSES: inactiveStatuses,
};

/** Besides the connector's own: without the dealers it would be used for nobody. */
export const cancellationVariablesTogether: Partial<Record<ConnectorName, readonly string[]>> = {
  vinSolutionsEvents: [...connectorVariablesTogether.vinSolutionsEvents, 'VINSOLUTIONS_EVENTS_DEALERS'],
};

type Values = z.output<z.ZodObject<typeof cancellationVariables>>;

export function cancellationSettings(values: Values): CancellationSettings {
  return {
    inactiveStatuses: values.GATE_INACTIVE_STATUSES,
    vinSolutionsDealers: values.VINSOLUTIONS_EVENTS_DEALERS,
    dataAfterEndGraceDays: values.DATA_AFTER_END_GRACE_DAYS,
    autoTamDirectoryUrl: values.AUTO_TAM_DIRECTORY_URL,
  };
}
