import { Alert, List } from '@mantine/core';
import { ApiProblem } from '../app/api.ts';

/** What was refused and what to do about it, in the API's words. */
export function ProblemAlert({ error, except }: { error: unknown; except?: string }) {
  if (!error) return null;
  if (!(error instanceof ApiProblem)) return <Alert color="red">{String(error)}</Alert>;
  const { detail, title, errors = [] } = error.problem;
  const others = errors.filter(({ path }) => !except || !path.startsWith(except));
  return (
    <Alert color="red" title={title} role="alert">
      {detail}
      {others.length > 0 && (
        <List size="sm">
          {others.map(({ path, message }) => (
            <List.Item key={path + message}>
              {path.replace(/^\//, '')}: {message}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
