import getPort from 'get-port';
import { StartError } from '../service/startError.ts';
import type { KeptSettings, Ports } from './dataDir.ts';

const host = '127.0.0.1';
/** The others take any free one. */
const usualPorts: Partial<Ports> = { api: 8080, temporal: 7233, webUi: 8233 };
const names: (keyof Ports)[] = ['api', 'temporal', 'webUi', 'postgres', 'cst', 'salesforce', 'smtp', 'metrics'];

/**
 * Chooses the ports: those of the last start, so that addresses stay the same, else the usual ones, else free ones.
 * @param wantedApiPort the variable PORT, which is taken or the start fails
 * @throws StartError when that port is wrong or in use
 */
export async function choosePorts(kept: KeptSettings['ports'], wantedApiPort?: string): Promise<Ports> {
  const ports: Partial<Ports> = {};
  if (wantedApiPort) ports.api = await exactly(wantedApiPort);
  for (const name of names)
    ports[name] ??= await getPort({ port: kept[name] ?? usualPorts[name], exclude: Object.values(ports), host });
  return ports as Ports;
}

async function exactly(wanted: string): Promise<number> {
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new StartError(`PORT: must be a port from 1 to 65535, not ${wanted.slice(0, 20)}`);
  if ((await getPort({ port, host })) !== port)
    throw new StartError(`PORT: ${port} is in use: end what uses it, or set another`);
  return port;
}
