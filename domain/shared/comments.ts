/** The action with which the audit trail holds a person's or system's comment: nothing changes it. */
export const commentAction = 'Comment';
