import { z } from 'zod';
import type { ConnectorSettings } from '../../activities/connectors/index.ts';
import { defaultInactiveStatuses, problemWithInactiveStatuses } from '../../domain/cancellations/gate.ts';
import type { CancellationSettings } from '../../domain/cancellations/settings.ts';
import { type DealerSelection, readDealerSelection } from '../../domain/shared/dealerSelection.ts';
import { type Environment, nonEmpty, secret, webAddress } from './values.ts';

/** The settings of cancellations, and of the connectors that only they use. */

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

export const cancellationVariables = (environment: Environment) => ({
  VINSOLUTIONS_EVENTS_URL: webAddress.optional(),
  VINSOLUTIONS_EVENTS_TOKEN_URL: webAddress.optional(),
  VINSOLUTIONS_EVENTS_CLIENT_ID: nonEmpty.optional(),
  VINSOLUTIONS_EVENTS_CLIENT_SECRET: secret(environment).optional(),
  VINSOLUTIONS_EVENTS_API_KEY: secret(environment).optional(),
  VINSOLUTIONS_EVENTS_DEALERS: dealerSelection.optional(),
  FORTELLIS_SUBSCRIPTIONS_URL: webAddress.optional(),
  FORTELLIS_TOKEN_URL: webAddress.optional(),
  FORTELLIS_API_KEY: secret(environment).optional(),
  FORTELLIS_API_SECRET: secret(environment).optional(),
  DATA_AFTER_END_GRACE_DAYS: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a whole number of days from 0 to 90')
    .transform(Number)
    .refine((days) => days <= 90, 'must be a whole number of days from 0 to 90')
    .optional(),
  AUTO_TAM_DIRECTORY_URL: sheetAddress.optional(),
  GATE_INACTIVE_STATUSES: inactiveStatuses,
});

/** Of each connector all are given, or none. */
export const cancellationVariablesTogether = [
  [
    'VINSOLUTIONS_EVENTS_URL',
    'VINSOLUTIONS_EVENTS_TOKEN_URL',
    'VINSOLUTIONS_EVENTS_CLIENT_ID',
    'VINSOLUTIONS_EVENTS_CLIENT_SECRET',
    'VINSOLUTIONS_EVENTS_API_KEY',
    'VINSOLUTIONS_EVENTS_DEALERS',
  ],
  ['FORTELLIS_SUBSCRIPTIONS_URL', 'FORTELLIS_TOKEN_URL', 'FORTELLIS_API_KEY', 'FORTELLIS_API_SECRET'],
];

type Values = z.output<z.ZodObject<ReturnType<typeof cancellationVariables>>>;

export function cancellationSettings(values: Values): CancellationSettings {
  return {
    inactiveStatuses: values.GATE_INACTIVE_STATUSES,
    vinSolutionsDealers: values.VINSOLUTIONS_EVENTS_DEALERS,
    dataAfterEndGraceDays: values.DATA_AFTER_END_GRACE_DAYS,
    autoTamDirectoryUrl: values.AUTO_TAM_DIRECTORY_URL,
  };
}

/** Those whose settings are given. */
export function cancellationConnectors(values: Values): Pick<ConnectorSettings, 'vinSolutionsEvents' | 'fortellis'> {
  return { vinSolutionsEvents: vinSolutionsEventsOf(values), fortellis: fortellisOf(values) };
}

function vinSolutionsEventsOf(values: Values): ConnectorSettings['vinSolutionsEvents'] {
  const {
    VINSOLUTIONS_EVENTS_URL: url,
    VINSOLUTIONS_EVENTS_TOKEN_URL: tokenUrl,
    VINSOLUTIONS_EVENTS_CLIENT_ID: clientId,
    VINSOLUTIONS_EVENTS_CLIENT_SECRET: clientSecret,
    VINSOLUTIONS_EVENTS_API_KEY: apiKey,
  } = values;
  return url && tokenUrl && clientId && clientSecret && apiKey
    ? { url, tokenUrl, clientId, clientSecret, apiKey }
    : undefined;
}

function fortellisOf(values: Values): ConnectorSettings['fortellis'] {
  const {
    FORTELLIS_SUBSCRIPTIONS_URL: subscriptionsUrl,
    FORTELLIS_TOKEN_URL: tokenUrl,
    FORTELLIS_API_KEY: apiKey,
    FORTELLIS_API_SECRET: apiSecret,
  } = values;
  return subscriptionsUrl && tokenUrl && apiKey && apiSecret
    ? { subscriptionsUrl, tokenUrl, apiKey, apiSecret }
    : undefined;
}
