import type { LogEntry } from '@temporalio/worker';

/** An entry of the workers' log on one line, without stacks: a failed try of an activity is one of many to come. */
export function workerLogLine({ level, message, meta = {} }: LogEntry): string {
  const { activityType, workflowType, workflowId, attempt, error } = meta as Record<string, unknown>;
  const what = activityType ?? workflowType;
  const place = [what, workflowId && `of ${workflowId}`, attempt && `(attempt ${attempt})`].filter(Boolean).join(' ');
  return [`${level}  ${message}`, place, error && causesOf(error)]
    .filter(Boolean)
    .join(': ')
    .replace(/\s*\n\s*/g, ' | ')
    .slice(0, 500);
}

function causesOf(error: unknown): string {
  const told: string[] = [];
  for (let one = error; one instanceof Error && told.length < 5; one = one.cause) {
    if (!told.includes(one.message)) told.push(one.message);
  }
  return told.length > 0 ? told.join(': ') : String(error);
}
