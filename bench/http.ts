import { Agent, request } from 'node:http';

/** A lean client of the API, so that what is measured is the service. */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly port: number;
  private readonly key: string;

  constructor(port: number, key: string) {
    this.port = port;
    this.key = key;
  }

  get<T>(path: string): Promise<T> {
    return this.call('GET', path);
  }

  post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.call('POST', path, body, headers);
  }

  close(): void {
    this.agent.destroy();
  }

  /** @throws Error when the answer is not a success */
  private call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.port,
          agent: this.agent,
          method,
          path,
          headers: {
            authorization: `Bearer ${this.key}`,
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
            ...headers,
          },
        },
        (response) => {
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => {
            answer += chunk;
          });
          response.on('end', () => {
            if (response.statusCode! < 300) return resolve(answer ? JSON.parse(answer) : undefined);
            reject(new Error(`${method} ${path}: ${response.statusCode} ${answer.slice(0, 300)}`));
          });
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }
}
