import { Alert, Text } from '@mantine/core';
import { ApiProblem } from '../app/api.ts';
import { Link } from './Link.tsx';

/** Whether the API says that no dealer has the ID. */
export function isUnknownDealer(error: unknown): boolean {
  return error instanceof ApiProblem && error.problem.status === 404;
}

/** Says that no dealer has this ID, and what to do. @param title left out where the page's heading says it */
export function UnknownDealer({ account, error, title }: { account: string; error: Error; title?: string }) {
  return (
    <Alert color="yellow" role="alert" title={title}>
      <Text size="sm">{error.message}</Text>
      <Link to="/dealers" search={{ search: account }} size="sm" underline="always">
        Search the dealers for “{account}”
      </Link>
    </Alert>
  );
}
