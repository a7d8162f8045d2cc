import type { TestProject } from 'vitest/node';
import { findTestServer } from '../../start/temporalPrograms.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testServerPath: string;
  }
}

export default async function setUpTimeSkipping(project: TestProject): Promise<void> {
  const { path } = await findTestServer({ onWait: console.log });
  project.provide('testServerPath', path);
}
