import { type ConnectorName, connectorNames } from '../../domain/shared/connectors.ts';
import { Cst } from './cst.ts';
import { Fortellis } from './fortellis.ts';
import type { OutsideSystem } from './http.ts';
import { Salesforce } from './salesforce.ts';
import { VinSolutionsEvents } from './vinSolutionsEvents.ts';

/** A connector says itself which system it calls. */
interface Connector {
  readonly system: OutsideSystem;
  new (settings: never): object;
}

const connectors = {
  cst: Cst,
  salesforce: Salesforce,
  vinSolutionsEvents: VinSolutionsEvents,
  fortellis: Fortellis,
} satisfies Record<ConnectorName, Connector>;

/** By the connector's name; absent where it is not configured. */
export type ConnectorSettings = { [Name in ConnectorName]?: ConstructorParameters<(typeof connectors)[Name]>[0] };
export type Connectors = { [Name in ConnectorName]?: InstanceType<(typeof connectors)[Name]> };

/** The systems of all connectors. */
export const connectorSystems: readonly OutsideSystem[] = Object.values(connectors).map(({ system }) => system);

/** The connectors that are configured; none connects before it is used. */
export function openConnectors(settings: ConnectorSettings): Connectors {
  const entries = connectorNames.flatMap((name) => {
    const given = settings[name];
    return given ? [[name, new (connectors[name] as Connector)(given as never)]] : [];
  });
  return Object.fromEntries(entries) as Connectors;
}

/** The names of those that are configured. */
export function namesOf(connectors: Connectors): ConnectorName[] {
  return connectorNames.filter((name) => connectors[name] !== undefined);
}
