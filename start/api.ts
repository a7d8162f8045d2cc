import { apiSettings } from './config.ts';
import { builtConsole } from './console.ts';
import { openParts } from './parts.ts';
import { runApi } from './runApi.ts';
import { askedToEnd, runProgram } from './runProgram.ts';

/** The production API with the console: configured by the environment, ends in order on SIGTERM. */
await runProgram(async () => {
  const settings = apiSettings();
  const ended = askedToEnd();
  const parts = await openParts(settings);
  try {
    const api = await runApi(settings, parts, { console: builtConsole(), logger: true });
    console.log(`The API listens on http://${settings.host}:${settings.port}`);
    await ended;
    await api.close();
  } finally {
    await parts.close();
  }
});
