import { Alert, Anchor, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { actorName } from '../../../../domain/shared/actors.ts';
import { isTeamLead } from '../../../../domain/shared/taskRules.ts';
import { vendorTitle } from '../../../../domain/shared/vendors.ts';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { lastSearch } from '../../app/lastSearch.ts';
import { useSession } from '../../app/session.tsx';
import { CopyText } from '../../parts/CopyText.tsx';
import { Link } from '../../parts/Link.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { At } from '../../parts/When.tsx';
import { Answers } from './Answers.tsx';
import { TaskAssignee } from './TaskAssignee.tsx';
import { Due } from './TaskList.tsx';
import { TeamLeadDecision } from './TeamLeadDecision.tsx';

/** A task with everything that its person needs: instructions, texts to copy, and the form for the answers. */
export function TaskPage() {
  const { id } = useParams({ from: '/tasks/$id' });
  const found = useQuery({
    queryKey: ['task', id],
    queryFn: () => bodyOf(api.GET('/v1/tasks/{id}', { params: { path: { id } } })),
  });
  const session = useSession();
  const { personId } = session;
  if (!found.data) return <ProblemAlert error={found.error} />;
  const task = found.data;
  const { content } = task;
  const mine = task.state === 'claimed' && task.assignee === personId;
  const teamLead = isTeamLead(session, task.team);
  return (
    <Stack>
      <Header task={task} />
      <ProblemAlert error={found.error} />
      {task.reason && (
        <Alert color={task.state === 'escalated' ? 'orange' : 'gray'} title={whoseReason(task)}>
          {task.reason}
        </Alert>
      )}
      <TaskAssignee task={task} />
      {teamLead && (task.state === 'escalated' || task.state === 'open') && <TeamLeadDecision task={task} />}
      <Paper withBorder p="md" component="section" aria-label="What to do">
        <Title order={2} size="h4" mb="xs">
          What to do
        </Title>
        {content.url && (
          <Anchor href={content.url} target="_blank" rel="noreferrer" style={{ overflowWrap: 'anywhere' }}>
            {content.url}
          </Anchor>
        )}
        {content.links?.map(({ label, url }) => (
          <Anchor key={url} href={url} target="_blank" rel="noreferrer" display="block">
            {label}
          </Anchor>
        ))}
        <List type="ordered" mt="xs" spacing="xs">
          {content.instructions.map((instruction) => (
            <List.Item key={instruction}>{instruction}</List.Item>
          ))}
        </List>
      </Paper>
      {content.texts.length > 0 && (
        <Paper withBorder p="md" component="section" aria-label="Texts to copy">
          <Title order={2} size="h4" mb="xs">
            Texts to copy
          </Title>
          <Stack gap="sm">
            {content.texts.map(({ label, value }) => (
              <CopyText key={label} label={label} value={value} />
            ))}
          </Stack>
        </Paper>
      )}
      {mine && <Answers task={task} />}
      {task.answers && <SubmittedAnswers task={task} />}
      <History task={task} />
    </Stack>
  );
}

/** What was done with this reason and by whom, such as "Task returned to olivia · lena"; a task may also be opened with a reason. */
function whoseReason({ reason, events, state }: Task): string {
  const said = events.findLast(({ detail }) => detail === reason);
  if (said) return `${said.action.split(':')[0]} · ${actorName(said.by)}`;
  return state === 'closed' ? 'Closed' : 'Why this task exists';
}

function Header({ task }: { task: Task }) {
  return (
    <div>
      <Link to="/work" search={lastSearch('/work')} size="sm">
        ← Work
      </Link>
      <Group justify="space-between" align="start">
        <PageTitle>{task.content.title}</PageTitle>
        <Group gap="xs">
          <StateBadge state={task.state} />
          <Due task={task} finished={task.closedAt !== null} />
        </Group>
      </Group>
      <Text c="dimmed">
        {[task.dealerName, task.account, task.integration && vendorTitle(task.integration)].filter(Boolean).join(' · ')}
        {task.process === 'cancellations' && task.account && (
          <>
            {' · '}
            <Link to="/cancellations/$id" params={{ id: task.subject }}>
              the whole cancellation
            </Link>
          </>
        )}
      </Text>
    </div>
  );
}

function SubmittedAnswers({ task }: { task: Task }) {
  const fields = new Map(task.content.fields.map((field) => [field.name, field]));
  const words = (name: string, value: string | boolean) => {
    if (value === true) return 'confirmed';
    return fields.get(name)?.choices?.find((choice) => choice.value === value)?.label ?? String(value);
  };
  return (
    <Paper withBorder p="md" component="section" aria-label="Submitted answers">
      <Title order={2} size="h4" mb="xs">
        Submitted answers
      </Title>
      {Object.entries(task.answers!).map(([name, value]) => (
        <Text key={name}>
          {fields.get(name)?.label ?? name}: <b>{words(name, value)}</b>
        </Text>
      ))}
    </Paper>
  );
}

function History({ task }: { task: Task }) {
  return (
    <Paper withBorder p="md" component="section" aria-label="History">
      <Title order={2} size="h4" mb="xs">
        History
      </Title>
      <List size="sm" spacing={4}>
        {task.events.map(({ at, by, action, detail }) => (
          <List.Item key={`${at}${action}`}>
            {at && <At at={at} />} · {action} · {actorName(by)}
            {detail && ` · ${detail}`}
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
