import { apiSettings } from '../service/config.ts';
import { builtConsole } from '../service/console.ts';
import { openParts } from '../service/parts.ts';
import { runApi } from '../service/runApi.ts';
import { endLater, runService } from '../service/shutdown.ts';

/** The production API with the console: configured by the environment; on SIGTERM it answers what it was asked, then ends. */
await runService(
  async () => {
    const settings = apiSettings();
    const parts = await openParts(settings);
    endLater('The connections', () => parts.close());
    const api = await runApi(settings, parts, { console: builtConsole(), logger: true });
    endLater('The API', () => api.close());
    console.log(`The API listens on http://${settings.host}:${settings.port}`);
  },
  // Less than the compose file's stop_grace_period, more than a batch may take.
  { endWithinMs: 125_000 },
);
