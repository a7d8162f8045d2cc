import { Alert, List } from '@mantine/core';
import { ApiProblem } from '../app/api.ts';

interface Props {
  error: unknown;
  /** What people call each part of what was sent, by its path, such as `/account`. */
  labels?: Record<string, string>;
  /** Beginning of the paths whose problem is shown at its field. */
  except?: string;
  /** Instead of the problem's own. */
  title?: string;
}

/** Problems whose detail says the same as their `errors`. */
const listsErrors = /\/(invalid-request|bad-answers|bad-correction)$/;

/** What was refused and what to do about it; each problem once, by the name that its field has on the page. */
export function ProblemAlert({ error, labels = {}, except, title }: Props) {
  if (!error) return null;
  if (!(error instanceof ApiProblem)) return <Alert color="red">{String(error)}</Alert>;
  const { detail, type, errors = [] } = error.problem;
  const others = errors.filter(({ path }) => !except || !path.startsWith(except));
  return (
    <Alert color="red" title={title ?? error.problem.title} role="alert">
      {!(errors.length > 0 && listsErrors.test(type)) && <div>{detail}</div>}
      {errors.length > others.length && <div>Correct the marked fields.</div>}
      {others.length > 0 && (
        <List size="sm">
          {others.map(({ path, message }) => (
            <List.Item key={path + message}>
              {labels[path] ?? path.replace(/^\//, '')}: {message}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
