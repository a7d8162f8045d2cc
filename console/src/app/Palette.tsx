import '@mantine/spotlight/styles.css';
import { Group, Loader, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useState } from 'react';
import classes from './palette.module.css';
import { type Entry, useFound } from './paletteEntries.ts';

const [store, palette] = createSpotlight();
const typingMs = 150;

/** Finds pages, dealers, cancellations and tasks by what people type, and goes there. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), typingMs);
  const { groups, note, isSearching } = useFound(text, opened);
  const entries = groups.flatMap((group) => group.entries);
  const isBehind = text !== typed.trim() || isSearching;
  const active = useSelected(entries.map(({ id }) => id));
  const navigate = useNavigate();
  // Enter before the answer is there means what will be found, and not what is still shown.
  const [isChosen, setChosen] = useState(false);
  useEffect(() => {
    if (!opened) {
      setChosen(false);
      return palette.close();
    }
    // Spotlight clears it when it is gone: it may be opened again before that.
    setTyped('');
    palette.open();
  }, [opened]);
  const [first] = entries;
  useEffect(() => {
    if (!opened || !isChosen || isBehind) return;
    setChosen(false);
    if (!first) return;
    palette.close();
    navigate(first.to);
  }, [opened, isChosen, isBehind, first, navigate]);
  const press = (event: KeyboardEvent) => {
    const isEarly = event.key === 'Enter' && isBehind;
    if (isEarly) select(null);
    setChosen(isEarly);
  };
  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight={480}
      attributes={{ content: { 'aria-label': 'Find' } }}
    >
      <Spotlight.Search
        placeholder="Dealer, ID, vendor’s ID, ticket or case number, task"
        aria-label="Find"
        role="combobox"
        aria-expanded
        aria-controls="palette"
        aria-activedescendant={active}
        aria-autocomplete="list"
        maxLength={100}
        onKeyDown={press}
        rightSection={isBehind && typed ? <Loader size="xs" /> : null}
      />
      <Spotlight.ActionsList id="palette" role="listbox" aria-label="Found">
        {groups.map(({ title, entries }) => (
          <Spotlight.ActionsGroup key={title} label={title} role="group" aria-label={title}>
            {entries.map((entry) => (
              <Row key={entry.id} entry={entry} isActive={entry.id === active} onChoose={() => navigate(entry.to)} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
      </Spotlight.ActionsList>
      {entries.length === 0 && (
        <Spotlight.Empty role="status">{isBehind ? 'Searching…' : `Nothing was found for “${text}”.`}</Spotlight.Empty>
      )}
      {note && (
        <Spotlight.Footer>
          <Text size="sm" role="status">
            {note}
          </Text>
        </Spotlight.Footer>
      )}
    </Spotlight.Root>
  );
}

function Row({ entry, isActive, onChoose }: { entry: Entry; isActive: boolean; onChoose: () => void }) {
  const { id, label, description, aside } = entry;
  return (
    <Spotlight.Action
      // Spotlight passes no ID on, by which the field names what is selected.
      ref={(node: HTMLButtonElement | null) => {
        if (node) node.id = id;
      }}
      role="option"
      className={classes.action}
      aria-selected={isActive}
      onClick={onChoose}
    >
      <Group justify="space-between" w="100%" gap="xs" wrap="nowrap">
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <Text fw={500}>{label}</Text>
          {description && <Text size="sm">{description}</Text>}
        </div>
        {aside && (
          <Text size="sm" style={{ flexShrink: 0 }}>
            {aside}
          </Text>
        )}
      </Group>
    </Spotlight.Action>
  );
}

/** Marks an entry as selected, as Spotlight does. */
function select(entry: Element | null): void {
  for (const node of document.querySelectorAll('#palette [data-selected]')) node.removeAttribute('data-selected');
  entry?.setAttribute('data-selected', 'true');
}

/** Selects the first entry whenever other ones are found, which Spotlight does not. @returns the ID of the selected one */
function useSelected(ids: string[]): string | undefined {
  const entries = ids.join(' ');
  const { selected, listId, opened } = useSpotlight(store);
  const [id, setId] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other entries are the reason
  useEffect(() => {
    const list = document.getElementById(listId);
    if (!opened || !list) return;
    select(list.querySelector('[data-action]'));
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [entries, opened, listId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: Spotlight marks the selected entry in the page itself
  useEffect(() => {
    setId(document.querySelector('#palette [data-selected]')?.id);
  }, [entries, selected, opened, listId]);
  // Until the effects have run, it is the ID of an entry that may be gone.
  return id !== undefined && ids.includes(id) ? id : undefined;
}
