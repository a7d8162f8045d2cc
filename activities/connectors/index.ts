import { type ConnectorName, connectorNames } from '../../domain/shared/connectors.ts';
import { Cst } from './cst.ts';
import { Fortellis } from './fortellis.ts';
import type { OutsideSystem } from './http.ts';
import { Salesforce } from './salesforce.ts';
import { VinSolutionsEvents } from './vinSolutionsEvents.ts';
import { type SystemWatch, watched } from './watched.ts';

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

/** The connectors that are configured; none connects before it is used. @param watch hears how each call ended */
export function openConnectors(settings: ConnectorSettings, watch: SystemWatch): Connectors {
  const entries = connectorNames.flatMap((name) => {
    const given = settings[name];
    const connector = connectors[name] as Connector;
    return given ? [[name, watched(new connector(given as never), connector.system, watch)]] : [];
  });
  return Object.fromEntries(entries) as Connectors;
}

/** The names of those that are configured. */
export function namesOf(connectors: Connectors): ConnectorName[] {
  return connectorNames.filter((name) => connectors[name] !== undefined);
}
