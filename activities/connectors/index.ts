import { type ConnectorName, connectorNames } from '../../domain/shared/connectors.ts';
import { Cst } from './cst.ts';
import { Fortellis } from './fortellis.ts';
import { Salesforce } from './salesforce.ts';
import { VinSolutionsEvents } from './vinSolutionsEvents.ts';

/** How the connector of each name is made from its settings. */
const open = {
  cst: (settings: ConstructorParameters<typeof Cst>[0]) => new Cst(settings),
  salesforce: (settings: ConstructorParameters<typeof Salesforce>[0]) => new Salesforce(settings),
  vinSolutionsEvents: (settings: ConstructorParameters<typeof VinSolutionsEvents>[0]) =>
    new VinSolutionsEvents(settings),
  fortellis: (settings: ConstructorParameters<typeof Fortellis>[0]) => new Fortellis(settings),
} satisfies Record<ConnectorName, unknown>;

/** By the connector's name; absent where it is not configured. */
export type ConnectorSettings = { [Name in ConnectorName]?: Parameters<(typeof open)[Name]>[0] };
export type Connectors = { [Name in ConnectorName]?: ReturnType<(typeof open)[Name]> };

/** The connectors that are configured; none connects before it is used. */
export function openConnectors(settings: ConnectorSettings): Connectors {
  const entries = connectorNames.flatMap((name) => {
    const given = settings[name];
    return given ? [[name, (open[name] as (given: unknown) => unknown)(given)]] : [];
  });
  return Object.fromEntries(entries) as Connectors;
}

/** The names of those that are configured. */
export function namesOf(connectors: Connectors): ConnectorName[] {
  return connectorNames.filter((name) => connectors[name] !== undefined);
}
