import { z } from 'zod';
import { processes } from '../../../domain/shared/processes.ts';

/** In the API's description one component, wherever a process is named. */
export const ProcessName = z.enum(processes).meta({ id: 'Process' });
