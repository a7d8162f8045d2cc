import { Button, Grid, Group, Paper, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { SearchField } from '../../parts/SearchField.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { At, When } from '../../parts/When.tsx';
import classes from './sandbox.module.css';
import { type Mail, refetchInterval } from './useSandbox.ts';

/** The email that has arrived at the mail server, the newest first, beside the one that is open. */
export function Inbox() {
  const { search = '', mail: openId } = useSearch({ from: '/sandbox' });
  const navigate = useNavigate({ from: '/sandbox' });
  const query = { search: search || undefined };
  const inbox = useInfiniteQuery({
    queryKey: ['sandbox', 'mail', query],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/sandbox/mail', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
  const mails = inbox.data?.pages.flatMap((page) => page.mails);
  const opened = mails?.find(({ id }) => String(id) === openId);
  const open = (id?: number) =>
    navigate({
      search: (before) => ({ ...before, mail: id === undefined ? undefined : String(id) }),
      resetScroll: false,
    });
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 5 }} visibleFrom={opened ? 'md' : undefined}>
        <Stack gap="xs">
          <SearchField
            label="Search the email"
            placeholder="Address, subject or text"
            value={search}
            onSearch={(text) => navigate({ search: { search: text || undefined }, replace: true, resetScroll: false })}
          />
          <ProblemAlert error={inbox.error} />
          {mails?.length === 0 && (
            <Empty>
              {search
                ? 'No email matches the search.'
                : 'No email has arrived since npm start. Cancel a dealer with Elead, such as D-1201: Elead gets the request by email.'}
            </Empty>
          )}
          <Stack gap={4} component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Email">
            {mails?.map((mail) => (
              <li key={mail.id}>
                <MailRow mail={mail} isOpen={mail.id === opened?.id} onOpen={() => open(mail.id)} />
              </li>
            ))}
          </Stack>
          <ShowMore of={inbox} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        {opened && (
          <Stack gap="xs">
            <Group hiddenFrom="md">
              <Button variant="default" size="xs" onClick={() => open()}>
                Back to the inbox
              </Button>
            </Group>
            <OpenMail mail={opened} />
          </Stack>
        )}
        {!opened && mails && mails.length > 0 && (
          <Text c="dimmed" ta="center" mt="xl" visibleFrom="md">
            Choose an email to read it.
          </Text>
        )}
      </Grid.Col>
    </Grid>
  );
}

function MailRow({ mail, isOpen, onOpen }: { mail: Mail; isOpen: boolean; onOpen: () => void }) {
  return (
    <UnstyledButton className={classes.mail} aria-current={isOpen ? 'true' : undefined} onClick={onOpen}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" truncate>
          To {mail.to}
        </Text>
        <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
          <When at={mail.receivedAt} />
        </Text>
      </Group>
      <Text fw={600} lineClamp={2}>
        {mail.subject}
      </Text>
      <Text size="sm" c="dimmed" lineClamp={1}>
        {mail.text}
      </Text>
    </UnstyledButton>
  );
}

function OpenMail({ mail: { subject, from, to, receivedAt, text } }: { mail: Mail }) {
  return (
    <Paper withBorder p="md" component="article" aria-label={subject}>
      <Title order={2} size="h3" mb="xs" style={{ overflowWrap: 'anywhere' }}>
        {subject}
      </Title>
      <dl className={classes.facts}>
        <dt>From</dt>
        <dd>{from}</dd>
        <dt>To</dt>
        <dd>{to}</dd>
        <dt>Arrived</dt>
        <dd>
          <At at={receivedAt} />
        </dd>
      </dl>
      <Text component="div" className={classes.text}>
        <WithLinks text={text} />
      </Text>
    </Paper>
  );
}

/** A text whose web addresses can be followed. */
function WithLinks({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:)])/);
  return parts.map((part, index) =>
    index % 2 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not change their places
      <a key={index} href={part} className={classes.link}>
        {part}
      </a>
    ) : (
      part
    ),
  );
}
