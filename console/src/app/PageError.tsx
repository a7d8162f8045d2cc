import { Alert, Button, Group, List, Stack } from '@mantine/core';
import { type ErrorComponentProps, SearchParamError, useRouter } from '@tanstack/react-router';
import { PageTitle } from '../parts/PageTitle.tsx';

/** Shown in place of a page that cannot be shown; the rest of the console goes on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof SearchParamError) return <WrongFilters error={error} />;
  const retry = () => {
    reset();
    router.invalidate();
  };
  return (
    <Stack>
      <PageTitle>This page cannot be shown</PageTitle>
      <Alert color="red" role="alert" title="The console has failed here">
        {String(error)}. Nothing that you have sent is lost. If it fails again after a reload, tell an engineer what is
        written here.
      </Alert>
      <Group>
        <Button onClick={retry}>Try again</Button>
        <Button variant="default" onClick={() => location.reload()}>
          Reload the console
        </Button>
      </Group>
    </Stack>
  );
}

interface Issue {
  path?: (string | number)[];
  code?: string;
  message: string;
  values?: unknown[];
  keys?: string[];
}

function WrongFilters({ error }: { error: Error }) {
  const { issues = [] } = (error.cause ?? {}) as { issues?: Issue[] };
  return (
    <Stack>
      <PageTitle>Unknown filter</PageTitle>
      <Alert color="yellow" role="alert" title="The address of this page has a filter that does not exist">
        <List size="sm">
          {issues.map((issue) => (
            <List.Item key={JSON.stringify(issue)}>{inWords(issue)}</List.Item>
          ))}
        </List>
      </Alert>
      <Group>
        <Button component="a" href={location.pathname}>
          Show all
        </Button>
      </Group>
    </Stack>
  );
}

function inWords({ code, path = [], keys = [], values = [], message }: Issue): string {
  if (code === 'unrecognized_keys') return `There is no filter ${keys.join(', ')}.`;
  if (code === 'invalid_value') return `${path.join('.')} must be one of ${values.join(', ')}.`;
  return `${path.join('.')}: ${message}`;
}
