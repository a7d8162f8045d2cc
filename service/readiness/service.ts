import type { Client } from '@temporalio/client';
import type { Database } from '../../db/client.ts';
import { mailIsAccepted } from './mail.ts';
import { outsideSystemsAnswer } from './outsideSystems.ts';
import { postgresIsReady } from './postgres.ts';
import type { Look } from './readiness.ts';
import { bulkWorkersPoll, temporalIsReady, workersPoll } from './temporal.ts';
import { workflowsContinue } from './workflows.ts';

/** The parts without which a request to the API leads to nothing, and those without which some work waits. */
export function partsOfApi({ database, temporal }: { database: Database; temporal: Client }): Record<string, Look> {
  return {
    postgres: postgresIsReady(database),
    temporal: temporalIsReady(temporal),
    workers: workersPoll(temporal),
    bulk_workers: bulkWorkersPoll(temporal),
    workflows: workflowsContinue(temporal),
    mail: mailIsAccepted(database),
    outside_systems: outsideSystemsAnswer(database),
  };
}
