import type { Scenario } from '../scenario.ts';
import { connectorScenarios } from './connectors.ts';
import { dealerScenarios } from './dealers.ts';
import { feedScenarios } from './feeds.ts';
import { gateScenarios } from './gate.ts';
import { newRunScenarios } from './newRuns.ts';
import { scheduleScenarios } from './schedules.ts';
import { taskScenarios } from './tasks.ts';
import { vendorScenarios } from './vendors.ts';
import { vinEventStreamScenarios } from './vinEventStream.ts';
import { withdrawalScenarios } from './withdrawals.ts';

export const scenarios: Scenario[] = [
  ...vendorScenarios,
  ...gateScenarios,
  ...withdrawalScenarios,
  ...dealerScenarios,
  ...taskScenarios,
  ...vinEventStreamScenarios,
  ...newRunScenarios,
  ...connectorScenarios,
  ...scheduleScenarios,
  ...feedScenarios,
];
