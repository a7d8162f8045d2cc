import { createParser } from 'eventsource-parser';
import { eventually } from './eventually.ts';

interface Heard {
  id: string;
  data: { everything?: true } & Record<string, string[]>;
}

/** Listens to `GET /v1/changes` of an API that listens on a port. */
export async function listenToChanges(address: string, headers: Record<string, string>) {
  const abort = new AbortController();
  const response = await fetch(`${address}/v1/changes`, { headers, signal: abort.signal });
  const heard: Heard[] = [];
  const parser = createParser({ onEvent: ({ id, data }) => heard.push({ id: id!, data: JSON.parse(data) }) });
  const ended = response.ok ? read(response, (text) => parser.feed(text)) : Promise.resolve();
  return {
    status: response.status,
    response,
    heard,
    /** When the server has ended the stream. */
    ended,
    /** Waits for an event that names all of these IDs; those before count too. */
    hears: (list: string, ...ids: string[]) =>
      eventually(async () => {
        const named = heard.flatMap(({ data }) => data[list] ?? []);
        return ids.every((id) => named.includes(id)) && named;
      }),
    first: () => eventually(async () => heard[0]),
    close: () => abort.abort(),
  };
}

async function read(response: Response, feed: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) feed(decoder.decode(chunk, { stream: true }));
  } catch {
    // Closed by the test.
  }
}
