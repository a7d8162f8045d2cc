import { defineConfig } from 'vitest/config';

/** Projects with real servers start them once per run, and only when one of their files is run. */
const servers = {
  // The files of a worker share the modules that they load: loading them again for each took a fifth of the time.
  isolate: false,
  globalSetup: ['test/support/servers.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // The default of one second is too short for a loaded machine.
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    // One more than the processors of a small machine: many tests wait for servers more than they compute.
    maxWorkers: 3,
    // Temporal's client tries a call again after a pause that does not end with its connection.
    onUnhandledError: (error) => (error.message === 'Channel has been shut down' ? false : undefined),
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      // With time skipping. After the browser tests, and one at a time: such a server that gets no processor time stands still.
      {
        test: {
          name: 'workflows',
          include: ['test/workflows/**/*.test.ts'],
          ...servers,
          setupFiles: ['test/support/whereWorkflowsStand.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...servers } },
      { test: { name: 'replay', include: ['test/replay/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      // Records again what `replay` replays: npm run record-histories.
      ...(process.env.RECORD_HISTORIES
        ? [{ test: { name: 'record', include: ['test/replay/record.ts'], ...servers } }]
        : []),
      // Clients in other languages, which need Python: npm run check:clients.
      ...(process.env.CHECK_CLIENTS
        ? [
            {
              test: {
                name: 'clients',
                include: ['test/clients/**/*.check.ts'],
                globalSetup: [...servers.globalSetup, 'test/clients/python.ts'],
                testTimeout: 240_000,
                hookTimeout: 240_000,
                maxWorkers: 1,
              },
            },
          ]
        : []),
      // Last, two files at a time and at most three seeds at once: what they kill starts again, which takes the processor.
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          ...servers,
          testTimeout: 600_000,
          maxConcurrency: 3,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      // After the others too, two files at a time: Chromium and the service that it uses must answer people in seconds.
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          ...servers,
          testTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
