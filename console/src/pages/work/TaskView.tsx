import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { actorName } from '../../../../domain/shared/actors.ts';
import { isTeamLead } from '../../../../domain/shared/taskRules.ts';
import type { Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { Section } from '../../parts/Section.tsx';
import { useNamesAndYou } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { Answers, AnswersToCome, Leftover } from './Answers.tsx';
import { Assignee } from './Assignee.tsx';
import { Comments } from './Comments.tsx';
import { Facts } from './Facts.tsx';
import { FollowUp } from './FollowUp.tsx';
import { Outcome } from './Outcome.tsx';
import { TextsToCopy, WhatToDo } from './TaskTexts.tsx';
import { TeamLeadDecision } from './TeamLeadDecision.tsx';

/**
 * A task with all that its person needs, in a page or beside the list.
 * @param next what is offered when the person has completed it
 */
export function TaskView({ task, next }: { task: Task; next: ReactNode }) {
  const session = useSession();
  const [isDone, setDone] = useState(false);
  const [claims, setClaims] = useState(0);
  const view = useRef<HTMLDivElement>(null);
  const isMine = task.state === 'claimed' && session.personId !== null && task.assignee === session.personId;
  useEffect(() => {
    // Who types elsewhere by the time that the claim is confirmed goes on there.
    if (claims === 0 || !isMine || document.activeElement?.matches('input, textarea, select')) return;
    view.current?.querySelector<HTMLElement>('#answers input, #answers textarea')?.focus();
  }, [claims, isMine]);
  const { content, closedAt, state } = task;
  return (
    <Stack ref={view}>
      <Facts task={task} />
      {isDone && closedAt && next}
      {closedAt ? (
        <>
          <Outcome task={task} />
          <Leftover task={task} />
        </>
      ) : (
        <>
          <Why task={task} />
          <Assignee task={task} onClaimed={() => setClaims((count) => count + 1)} />
          {!isMine && <Leftover task={task} />}
          {isTeamLead(session, task.team) && state !== 'claimed' && <TeamLeadDecision task={task} />}
          <WhatToDo content={content} />
          <TextsToCopy texts={content.texts} />
          {isMine ? <Answers task={task} onDone={() => setDone(true)} /> : <AnswersToCome task={task} />}
          <FollowUp task={task} />
        </>
      )}
      <Comments task={task} />
      <History task={task} />
    </Stack>
  );
}

/** Why it is as it is: who escalated or returned it and said what, or why it was opened. */
function Why({ task: { reason, events, state } }: { task: Task }) {
  const nameOf = useNamesAndYou();
  if (!reason) return null;
  const said = events.findLast(({ detail }) => detail === reason);
  const title = said ? `${said.action.split(':')[0]} · ${nameOf(said.by)}` : 'Why this task exists';
  return (
    <Alert color={state === 'escalated' ? 'orange' : 'gray'} title={title}>
      {reason}
    </Alert>
  );
}

function History({ task }: { task: Task }) {
  const nameOf = useNamesAndYou();
  return (
    <Section framed title="History">
      <List size="sm" spacing={4}>
        {task.events.map(({ at, by, action, detail }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events are never changed, and only added at the end
          <List.Item key={index}>
            {at && <At at={at} />} · {action} · {by === 'dealerops' ? actorName(by) : nameOf(by)}
            {detail && ` · ${detail}`}
          </List.Item>
        ))}
      </List>
    </Section>
  );
}

/** Offered right after a task was completed; Enter goes there. */
export function NextTask({ title, onOpen, back }: { title?: string; onOpen: () => void; back: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    button.current?.focus();
  }, []);
  return (
    <Alert color="green" title="Done">
      {title === undefined ? (
        <Text>No other task of this list is for you to do now. {back}</Text>
      ) : (
        <Group>
          <Button ref={button} onClick={onOpen} h="auto" mih={36} py={6} styles={{ label: { whiteSpace: 'normal' } }}>
            Next: {title}
          </Button>
          {back}
        </Group>
      )}
    </Alert>
  );
}
