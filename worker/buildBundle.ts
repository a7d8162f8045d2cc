import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildIdOf, builtBundle, workflowBundle } from './worker.ts';

const bundle = await workflowBundle({ prebuilt: false });
mkdirSync(dirname(builtBundle), { recursive: true });
writeFileSync(builtBundle, bundle.code);
console.log(`Workflow bundle ${buildIdOf(bundle)} written to dist/workflow-bundle.js`);
