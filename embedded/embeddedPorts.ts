import getPort from 'get-port';
import { StartError } from '../service/startError.ts';
import type { KeptSettings, Ports } from './dataDir.ts';

const host = '127.0.0.1';
const usualPorts: Partial<Ports> = { api: 8080, temporal: 7233 };
const titles: Record<keyof Ports, string> = {
  api: 'the API',
  temporal: 'Temporal',
  webUi: "Temporal's Web UI",
  postgres: 'PostgreSQL',
  cst: "CST's stand-in",
  salesforce: "Salesforce's stand-in",
  smtp: "the mail server's stand-in",
  sftp: "the SFTP server's stand-in",
  metrics: 'the metrics of the workers',
};
const names = Object.keys(titles) as (keyof Ports)[];

/**
 * Chooses the ports: the usual ones, else those of the last start, else free ones.
 * @param options.apiPort the variable PORT, which is taken or the start fails
 * @param options.elsewhere servers that run elsewhere: nothing is said of their ports
 * @param options.say told of each port that cannot be the usual one, or that of the last start
 * @param usual by which the people who use it find it; the other servers take any free one
 * @throws StartError when PORT is wrong or in use
 */
export async function choosePorts(
  kept: KeptSettings['ports'],
  options: { apiPort?: string; elsewhere: readonly (keyof Ports)[]; say: (line: string) => void },
  usual: Partial<Ports> = usualPorts,
): Promise<Ports> {
  const ports: Partial<Ports> = {};
  if (options.apiPort) ports.api = await exactly(options.apiPort);
  for (const name of names) {
    if (ports[name] !== undefined) continue;
    const wanted = [usual[name], kept[name]].filter((port) => port !== undefined);
    const port = await getPort({ port: wanted, exclude: Object.values(ports), host });
    ports[name] = port;
    const inUse = wanted[0];
    // People come to the Web UI through the API.
    const silent = name === 'webUi' || options.elsewhere.includes(name);
    if (inUse !== undefined && port !== inUse && !silent) options.say(replaced(name, inUse, port));
  }
  return ports as Ports;
}

function replaced(name: keyof Ports, inUse: number, port: number): string {
  return name === 'api'
    ? `${inUse} is in use: this time the API is at http://localhost:${port}; free it, or set PORT`
    : `${inUse} is in use: this time ${titles[name]} is at ${host}:${port}`;
}

async function exactly(wanted: string): Promise<number> {
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new StartError(`PORT: must be a port from 1 to 65535, not ${wanted.slice(0, 20)}`);
  if ((await getPort({ port, host })) !== port)
    throw new StartError(`PORT: ${port} is in use: end what uses it, or set another`);
  return port;
}
