import { changedFeeds } from '../../../db/queries/feeds/changes.ts';
import type { ProcessModule } from '../shared/processParts.ts';
import { activityRoutes } from './activities.ts';
import { columnRoutes } from './columns.ts';
import { contactChangeRoutes } from './contactChanges.ts';
import { contactRoutes } from './contacts.ts';
import { feedCorrections } from './corrections.ts';
import { healthRoutes } from './health.ts';
import { importStateRoutes } from './importStates.ts';
import { importRoutes } from './imports.ts';
import { importTestRoutes } from './importTest.ts';
import { takeFeedAnswers } from './onboardingAnswers.ts';
import { onboardingRoutes } from './onboardings.ts';
import { feedParts } from './pageParts.ts';
import { rejectedRowRoutes } from './rejectedRows.ts';
import { runRoutes } from './runs.ts';
import { segmentRoutes } from './segments.ts';

export const feedsModule: ProcessModule = {
  routes: [
    importRoutes,
    importStateRoutes,
    importTestRoutes,
    runRoutes,
    rejectedRowRoutes,
    healthRoutes,
    columnRoutes,
    onboardingRoutes,
    activityRoutes,
    contactRoutes,
    contactChangeRoutes,
    segmentRoutes,
  ],
  parts: feedParts,
  corrections: feedCorrections,
  changes: changedFeeds,
  takeAnswers: takeFeedAnswers,
};
