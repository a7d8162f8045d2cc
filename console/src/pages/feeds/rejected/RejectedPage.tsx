import { Alert, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { ActionButton } from '../../../parts/ActionButton.tsx';
import { BackLink } from '../../../parts/BackLink.tsx';
import { dealerTitle } from '../../../parts/dealerTitle.ts';
import { Empty } from '../../../parts/Empty.tsx';
import { Loading } from '../../../parts/Loading.tsx';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { RemovableFilter } from '../../../parts/RemovableFilter.tsx';
import { ShowMore } from '../../../parts/ShowMore.tsx';
import { missingFor } from '../missingFor.ts';
import { useFeed } from '../useFeed.ts';
import { feedTitle } from '../words.ts';
import { ImportRunning } from './ImportRunning.tsx';
import { RejectedGrid } from './RejectedGrid.tsx';
import { useImportRows } from './useImportRows.ts';
import { useRejectedRows } from './useRejectedRows.ts';

/** Rows of a feed, or of one of its runs or files, that could not be read: corrected here, and imported again. */
export function RejectedPage() {
  const { id } = useParams({ from: '/feeds/$id/rejected' });
  const feed = useFeed(id).data;
  const { search, change, found, rows } = useRejectedRows(id);
  const isOpen = search.state !== 'corrected';
  const importing = useImportRows(id, isOpen && !found.isPlaceholderData ? rows : undefined);
  const missing = feed && missingFor(feed, 'import_corrected');
  const notShown = [...new Set(rows?.flatMap(({ cellsMissing }) => cellsMissing ?? []))];
  return (
    <Stack>
      <BackLink to="/feeds/$id" params={{ id }}>
        {feed ? `${feedTitle(feed)} of ${dealerTitle(feed)}` : 'The feed'}
      </BackLink>
      <Group justify="space-between" align="start">
        <PageTitle tab={feed && `Rejected rows of ${dealerTitle(feed)}`}>Rejected rows</PageTitle>
        {isOpen && rows && rows.length > 0 && (
          <ActionButton
            missing={missing ?? (importing.running && 'Rows are being imported now.')}
            loading={importing.isPending}
            onClick={() => importing.start(undefined)}
          >
            Import all that can be read
          </ActionButton>
        )}
      </Group>
      <Group align="end" gap="sm">
        <NativeSelect
          label="State"
          data={[
            { value: 'open', label: 'To be corrected' },
            { value: 'corrected', label: 'Imported after all' },
          ]}
          value={search.state ?? 'open'}
          onChange={(event) => change({ state: event.currentTarget.value === 'corrected' ? 'corrected' : undefined })}
        />
        {search.run && <RemovableFilter label="Of one run" onRemove={() => change({ run: undefined })} />}
        {search.file && (
          <RemovableFilter
            label={rows?.[0]?.path ? `File ${rows[0].path}` : 'Of one file'}
            onRemove={() => change({ file: undefined })}
          />
        )}
      </Group>
      <ProblemAlert error={found.error} />
      <ProblemAlert error={importing.error} />
      <ImportRunning running={importing.running} onClose={importing.forget} />
      {notShown.map((why) => (
        <Alert key={why} color="yellow" title="The cells are not shown">
          {why}
        </Alert>
      ))}
      {found.isPending && !found.error && <Loading what="the rejected rows" />}
      {rows?.length === 0 && (
        <Empty>{isOpen ? 'No row is to be corrected here.' : 'No row was imported after a correction yet.'}</Empty>
      )}
      {rows && rows.length > 0 && (
        <>
          {isOpen && (
            <Text size="sm">
              Correct the marked cells, then save the row: it is read again at once. A row that was saved can be
              imported. Columns with a problem come first.
            </Text>
          )}
          <RejectedGrid rows={rows} missing={missing} importing={importing} />
        </>
      )}
      <ShowMore of={found} style={{ alignSelf: 'center' }} />
    </Stack>
  );
}
