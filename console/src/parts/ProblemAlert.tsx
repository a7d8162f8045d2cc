import { Alert, List } from '@mantine/core';
import { ApiProblem } from '../app/api.ts';
import { labelOf, problemSentence } from './problemWords.ts';

interface Props {
  error: unknown;
  /** What people call each part of what was sent, by its path, such as `/account`. */
  labels?: Record<string, string>;
  /** The paths whose problem is shown at its field. */
  except?: readonly string[];
  /** Instead of the problem's own. */
  title?: string;
}

/** Problems whose detail says the same as their `errors`. */
const listsErrors = /\/(invalid-request|bad-answers|bad-correction)$/;

/** What was refused and what to do about it; each problem once, by the name that its field has on the page. */
export function ProblemAlert({ error, labels = {}, except = [], title }: Props) {
  if (!error) return null;
  if (!(error instanceof ApiProblem)) return <Alert color="red">{String(error)}</Alert>;
  const { detail, type, errors = [] } = error.problem;
  const others = errors.filter(({ path }) => !except.includes(path));
  const isListed = errors.length > 0 && listsErrors.test(type);
  const unsaid = others.filter(({ message }) => isListed || !detail?.includes(message));
  const sentences = [...new Set(unsaid.map(({ path, message }) => problemSentence(labelOf(path, labels), message)))];
  return (
    <Alert
      color="red"
      title={title ?? (isListed ? 'Some fields are missing or cannot be used' : error.problem.title)}
      role="alert"
    >
      {!isListed && <div>{detail}</div>}
      {errors.length > others.length && <div>Correct the marked fields.</div>}
      {sentences.length > 0 && (
        <List size="sm">
          {sentences.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
