import { Badge, Button, Group, NativeSelect, ScrollArea, Stack, Switch, Tabs, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import type { TaskViewName } from '../../../../domain/shared/taskLists.ts';
import { isReadyFor } from '../../../../domain/shared/taskRules.ts';
import { overviewQuery } from '../../app/overviewQuery.ts';
import { useSession } from '../../app/session.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Link } from '../../parts/Link.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { SearchField } from '../../parts/SearchField.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { viewTitles } from '../../parts/taskViews.ts';
import { useKeys } from '../../parts/useKeys.ts';
import { vendorOptions } from '../../parts/vendorOptions.ts';
import { useNow } from '../../parts/When.tsx';
import { KeysHelp } from './KeysHelp.tsx';
import type { WorkSearch } from './search.ts';
import { TaskCards } from './TaskCards.tsx';
import { TaskTable } from './TaskTable.tsx';
import { useTaskList } from './useTaskList.ts';
import { emptyViews, firstView, viewsOf } from './views.ts';
import classes from './work.module.css';

// The list is there first; what is done with its tasks comes when it is needed.
const BulkActions = lazy(() => import('./BulkActions.tsx').then((module) => ({ default: module.BulkActions })));
const TaskPanel = lazy(() => import('./TaskPanel.tsx').then((module) => ({ default: module.TaskPanel })));

/** The tasks of a person and their teams. Where the address names no list, it opens the first in which the person is needed. */
export function WorkPage() {
  const session = useSession();
  const { view } = useSearch({ from: '/work' });
  const navigate = useNavigate({ from: '/work' });
  const counts = useQuery(overviewQuery);
  const first = counts.isPending ? undefined : firstView(session, counts.data?.tasks);
  useEffect(() => {
    if (!view && first) navigate({ search: (before) => ({ ...before, view: first }), replace: true });
  }, [view, first, navigate]);
  return view ? <TaskLists view={view} /> : <PageTitle>Work</PageTitle>;
}

/** A list, and beside it the task that is open. */
function TaskLists({ view }: { view: TaskViewName }) {
  const session = useSession();
  const search = useSearch({ from: '/work' });
  const navigate = useNavigate({ from: '/work' });
  const change = (part: Partial<WorkSearch>) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const isWide = useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false });
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const list = useTaskList({ ...search, view });
  const rows = list.rows ?? [];
  const [{ of, ids: selected }, setSelection] = useState<{ of: string; ids: string[] }>({ of: '', ids: [] });
  const [active, setActive] = useState<string>();
  const [helpOpen, setHelpOpen] = useState(false);
  const [entered, setEntered] = useState(0);
  const beside = isWide ? search.task : undefined;
  const page = useRef<HTMLDivElement>(null);

  const now = useNow();
  const next = rows.find((row) => row.id !== beside && isReadyFor(row, session, now));

  const open = (id: string) => {
    setActive(id);
    if (isWide) {
      change({ task: id });
      setEntered((count) => count + 1);
    } else navigate({ to: '/tasks/$id', params: { id } });
  };
  const move = (by: 1 | -1) => {
    const from = rows.findIndex(({ id }) => id === (active ?? beside));
    const to = rows[from < 0 ? 0 : Math.min(Math.max(from + by, 0), rows.length - 1)];
    if (!to) return;
    setActive(to.id);
    page.current?.querySelector<HTMLElement>(`[data-task="${to.id}"]`)?.focus();
    if (beside) change({ task: to.id });
  };
  // Only what is on the list can be acted on: with another list, or without its row, a task is no longer selected.
  const listed = JSON.stringify([view, search.search, search.integration]);
  const chosen = of === listed ? rows.filter(({ id }) => selected.includes(id)) : [];
  const setSelected = (ids: string[]) => setSelection({ of: listed, ids });
  if (list.rows && chosen.length < selected.length) setSelected(chosen.map(({ id }) => id));
  const toggle = (id: string | undefined) => {
    const ids = chosen.map((task) => task.id);
    if (id) setSelected(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => toggle(active ?? beside),
    '?': () => setHelpOpen(true),
  });

  // It stays to say what became of them.
  const hasChosen = useRef(false);
  hasChosen.current ||= chosen.length > 0;
  const shown = {
    rows,
    view,
    active: active ?? beside,
    selected: chosen,
    onSelect: setSelected,
    onOpen: open,
    grouped: search.group === 'dealer',
  };
  return (
    <Stack ref={page}>
      <Group justify="space-between">
        <PageTitle tab={`Work: ${viewTitles[view]}`}>Work</PageTitle>
        <Button variant="subtle" size="compact-sm" visibleFrom="sm" onClick={() => setHelpOpen(true)}>
          Keys (?)
        </Button>
      </Group>
      <Views view={view} onChange={(to) => change({ view: to, task: undefined })}>
        <Filters search={search} change={change} />
        <ProblemAlert error={list.error} labels={{ 'query search': 'Search' }} />
        {hasChosen.current && (
          <Suspense>
            <BulkActions tasks={chosen} onClear={() => setSelected([])} onLeft={setSelected} />
          </Suspense>
        )}
        <div className={beside ? classes.both : undefined}>
          <Stack gap="sm" className={beside ? classes.list : undefined}>
            {list.rows?.length === 0 && (
              <Empty>
                {search.search || search.integration ? 'No tasks match these filters.' : <EmptyView view={view} />}
              </Empty>
            )}
            {rows.length > 0 &&
              (isPhone ? (
                <TaskCards {...shown} />
              ) : (
                <TaskTable
                  {...shown}
                  search={search}
                  change={change}
                  isNarrow={beside !== undefined}
                  isWide={isWide === true}
                />
              ))}
            <ShowMore of={list} />
            {rows.length > 0 && !list.hasNextPage && (
              <Text size="sm" c="dimmed">
                {rows.length === 1 ? 'One task' : `All ${rows.length} tasks`}
              </Text>
            )}
          </Stack>
          {beside && (
            <Suspense>
              <TaskPanel
                id={beside}
                entered={entered}
                next={next}
                onOpen={open}
                onClose={() => change({ task: undefined })}
              />
            </Suspense>
          )}
        </div>
      </Views>
      <KeysHelp opened={helpOpen} onClose={() => setHelpOpen(false)} />
    </Stack>
  );
}

/** What that means, and where there is something to do. */
function EmptyView({ view }: { view: TaskViewName }) {
  const session = useSession();
  const { data } = useQuery(overviewQuery);
  const other = viewsOf(session).find((one) => one !== view && data?.tasks[one]);
  const count = other && data?.tasks[other];
  return (
    <>
      {emptyViews[view]}
      {other && (
        <>
          {' '}
          <Link to="/work" search={{ view: other }}>
            {viewTitles[other]}: {count === 1 ? 'one task' : `${count} tasks`}
          </Link>
        </>
      )}
    </>
  );
}

/** The lists, each with how many tasks it has. */
function Views({
  view,
  onChange,
  children,
}: {
  view: TaskViewName;
  onChange: (view: TaskViewName) => void;
  children: ReactNode;
}) {
  const session = useSession();
  const counts = useQuery(overviewQuery);
  const strip = useRef<HTMLDivElement>(null);
  const isCounted = counts.isSuccess;
  // On a phone the tabs are wider than the screen: the chosen one is shown, also when its count has made it wider.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tabs are what these two change.
  useEffect(() => {
    const tab = strip.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (tab) strip.current?.scrollTo({ left: tab.offsetLeft + (tab.offsetWidth - strip.current.offsetWidth) / 2 });
  }, [view, isCounted]);
  return (
    <Tabs value={view} onChange={(to) => onChange(to as TaskViewName)}>
      <ScrollArea type="never" viewportRef={strip}>
        <Tabs.List aria-label="Lists" style={{ flexWrap: 'nowrap' }}>
          {viewsOf(session).map((one) => {
            const count = counts.data?.tasks[one] ?? undefined;
            return (
              <Tabs.Tab
                key={one}
                value={one}
                style={{ flexShrink: 0 }}
                rightSection={
                  count !== undefined && (
                    <Badge variant="light" color={one === 'late' && count > 0 ? 'red' : 'gray'} size="sm">
                      {count}
                    </Badge>
                  )
                }
              >
                {viewTitles[one]}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
      </ScrollArea>
      <Tabs.Panel value={view} pt="md">
        <Stack>{children}</Stack>
      </Tabs.Panel>
    </Tabs>
  );
}

function Filters({ search, change }: { search: WorkSearch; change: (part: Partial<WorkSearch>) => void }) {
  return (
    <Group align="end" gap="sm">
      <SearchField
        label="Search"
        placeholder="Dealer’s name or ID"
        type="search"
        maxLength={100}
        className={classes.search}
        value={search.search ?? ''}
        onSearch={(text) => change({ search: text || undefined })}
      />
      <NativeSelect
        label="Vendor"
        data={vendorOptions}
        value={search.integration ?? ''}
        onChange={(event) =>
          change({ integration: (event.currentTarget.value || undefined) as WorkSearch['integration'] })
        }
      />
      <Switch
        label="Group by dealer"
        mb={8}
        checked={search.group === 'dealer'}
        onChange={(event) =>
          // In any other order a dealer would be there several times.
          change(
            event.currentTarget.checked ? { group: 'dealer', sort: 'dealer', order: undefined } : { group: undefined },
          )
        }
      />
    </Group>
  );
}
