import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildIdOf } from './buildId.ts';
import { builtBundle, workflowBundle } from './worker.ts';

const bundle = await workflowBundle({ prebuilt: false });
mkdirSync(dirname(builtBundle), { recursive: true });
writeFileSync(builtBundle, bundle.code);
console.log(`Build ${buildIdOf(bundle)}: workflow bundle written to dist/workflow-bundle.js`);
