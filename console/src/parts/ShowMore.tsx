import { Button, type ButtonProps } from '@mantine/core';

interface Props extends ButtonProps {
  /** The list's query. */
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** Adds the next page to a list, where there is one. */
export function ShowMore({ of, ...rest }: Props) {
  if (!of.hasNextPage) return null;
  return (
    <Button variant="default" onClick={() => of.fetchNextPage()} loading={of.isFetchingNextPage} {...rest}>
      Show more
    </Button>
  );
}
