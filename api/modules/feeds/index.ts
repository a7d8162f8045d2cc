import { changedFeeds } from '../../../db/queries/feeds/changes.ts';
import type { ProcessModule } from '../shared/processParts.ts';
import { feedCorrections } from './corrections.ts';
import { importStateRoutes } from './importStates.ts';
import { importRoutes } from './imports.ts';
import { feedParts } from './pageParts.ts';

export const feedsModule: ProcessModule = {
  routes: [importRoutes, importStateRoutes],
  parts: feedParts,
  corrections: feedCorrections,
  changes: changedFeeds,
};
