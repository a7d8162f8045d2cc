import { Stack, Text } from '@mantine/core';
import { Link } from '../parts/Link.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';

export function PageNotFound() {
  return (
    <Stack>
      <PageTitle>Page not found</PageTitle>
      <Text>
        The console has no page at this address. Go to <Link to="/work">your work</Link>.
      </Text>
    </Stack>
  );
}
