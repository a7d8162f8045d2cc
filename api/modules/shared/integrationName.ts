import { Integration } from '../../../domain/shared/inputs.ts';

/** In the API's description one component, wherever an integration is named. */
export const IntegrationName = Integration.meta({ id: 'IntegrationName' });
