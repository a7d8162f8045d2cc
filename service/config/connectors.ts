import { z } from 'zod';
import type { ConnectorSettings } from '../../activities/connectors/index.ts';
import type { ConnectorName } from '../../domain/shared/connectors.ts';
import { type Environment, nonEmpty, secret, webAddress } from './values.ts';

/** The settings of the connectors, whichever processes use them. A connector that has none is not configured. */

export const connectorVariables = (environment: Environment) => ({
  CST_URL: webAddress.optional(),
  CST_TOKEN: secret(environment).optional(),
  SALESFORCE_URL: webAddress.optional(),
  SALESFORCE_CLIENT_ID: nonEmpty.optional(),
  SALESFORCE_CLIENT_SECRET: secret(environment).optional(),
  SALESFORCE_ACCOUNT_FIELD: z
    .string()
    .regex(/^\w{1,80}$/, 'must be the name of a field of Account')
    .optional(),
  VINSOLUTIONS_EVENTS_URL: webAddress.optional(),
  VINSOLUTIONS_EVENTS_TOKEN_URL: webAddress.optional(),
  VINSOLUTIONS_EVENTS_CLIENT_ID: nonEmpty.optional(),
  VINSOLUTIONS_EVENTS_CLIENT_SECRET: secret(environment).optional(),
  VINSOLUTIONS_EVENTS_API_KEY: secret(environment).optional(),
  FORTELLIS_SUBSCRIPTIONS_URL: webAddress.optional(),
  FORTELLIS_TOKEN_URL: webAddress.optional(),
  FORTELLIS_API_KEY: secret(environment).optional(),
  FORTELLIS_API_SECRET: secret(environment).optional(),
});

type Values = z.output<z.ZodObject<ReturnType<typeof connectorVariables>>>;

/** Of each connector all are given, or none. */
export const connectorVariablesTogether = {
  cst: ['CST_URL', 'CST_TOKEN'],
  salesforce: ['SALESFORCE_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
  vinSolutionsEvents: [
    'VINSOLUTIONS_EVENTS_URL',
    'VINSOLUTIONS_EVENTS_TOKEN_URL',
    'VINSOLUTIONS_EVENTS_CLIENT_ID',
    'VINSOLUTIONS_EVENTS_CLIENT_SECRET',
    'VINSOLUTIONS_EVENTS_API_KEY',
  ],
  fortellis: ['FORTELLIS_SUBSCRIPTIONS_URL', 'FORTELLIS_TOKEN_URL', 'FORTELLIS_API_KEY', 'FORTELLIS_API_SECRET'],
} as const satisfies Record<ConnectorName, readonly (keyof Values)[]>;

type Given<Name extends keyof Values> = Values & { [One in Name]: NonNullable<Values[One]> };

/** Of those that are configured. */
export function connectorSettings(values: Values) {
  const { cst, salesforce, vinSolutionsEvents, fortellis } = connectorVariablesTogether;
  function of<Name extends keyof Values, To>(names: readonly Name[], to: (given: Given<Name>) => To): To | undefined {
    return names.every((name) => values[name] !== undefined) ? to(values as Given<Name>) : undefined;
  }
  return {
    cst: of(cst, (given) => ({ url: given.CST_URL, token: given.CST_TOKEN })),
    salesforce: of(salesforce, (given) => ({
      url: given.SALESFORCE_URL,
      clientId: given.SALESFORCE_CLIENT_ID,
      clientSecret: given.SALESFORCE_CLIENT_SECRET,
      externalIdField: given.SALESFORCE_ACCOUNT_FIELD,
    })),
    vinSolutionsEvents: of(vinSolutionsEvents, (given) => ({
      url: given.VINSOLUTIONS_EVENTS_URL,
      tokenUrl: given.VINSOLUTIONS_EVENTS_TOKEN_URL,
      clientId: given.VINSOLUTIONS_EVENTS_CLIENT_ID,
      clientSecret: given.VINSOLUTIONS_EVENTS_CLIENT_SECRET,
      apiKey: given.VINSOLUTIONS_EVENTS_API_KEY,
    })),
    fortellis: of(fortellis, (given) => ({
      subscriptionsUrl: given.FORTELLIS_SUBSCRIPTIONS_URL,
      tokenUrl: given.FORTELLIS_TOKEN_URL,
      apiKey: given.FORTELLIS_API_KEY,
      apiSecret: given.FORTELLIS_API_SECRET,
    })),
  } satisfies Record<ConnectorName, unknown> & ConnectorSettings;
}
