import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { type ApiOptions, buildApp } from '../api/server/app.ts';

/** The types of the API's answers, from its own description. */
export async function clientTypes(): Promise<string> {
  const nothing = {} as never;
  const options: ApiOptions = {
    database: nothing,
    temporal: nothing,
    accounts: nothing,
    cancellations: { inactiveStatuses: [] },
    feeds: {},
    openFeedServer: undefined as never,
    cipher: nothing,
    connectors: [],
    schedules: nothing,
    codec: nothing,
    readiness: nothing,
    namespace: 'default',
    sandbox: { url: '', token: '' },
  };
  const app = await buildApp(options);
  await app.ready();
  const ast = await openapiTS(app.swagger() as Parameters<typeof openapiTS>[0], { defaultNonNullable: false });
  await app.close();
  return `// Made by \`npm run generate-client\` from the API's description.\n${astToString(ast)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('src/app/api.generated.ts', import.meta.url), await clientTypes());
}
