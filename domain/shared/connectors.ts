/** The outside systems that a connector can be configured for; where one is not, its steps become people's tasks. */
export const connectorNames = ['cst', 'salesforce', 'vinSolutionsEvents', 'fortellis'] as const;
export type ConnectorName = (typeof connectorNames)[number];

/** Of the failure with which a connector says that its system has refused a call. */
export interface RefusalDetails {
  /** The HTTP status. */
  status: number;
}
