import { changedCancellations } from '../../../db/queries/cancellations/changes.ts';
import type { ProcessModule } from '../shared/processParts.ts';
import { cancellationCorrections } from './corrections.ts';
import { dataAfterEndRoutes } from './dataAfterEnd.ts';
import { cancellationParts } from './pageParts.ts';
import { cancellationRoutes } from './routes.ts';

export const cancellationsModule: ProcessModule = {
  routes: [cancellationRoutes, dataAfterEndRoutes],
  parts: cancellationParts,
  corrections: cancellationCorrections,
  changes: changedCancellations,
};
