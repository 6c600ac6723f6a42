import {
  Anchor,
  Badge,
  Button,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ClusterView } from '../view.ts';
import { ApiError, api } from './api.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { formatBytes, formatCores, formatSince } from './format.ts';
import { phases } from './phases.ts';
import { storageNote } from './storage-note.ts';

interface Props {
  clusters: ClusterView[];
  onProblem: (text: string) => void;
}

/** Ages move on though nothing changes. */
function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function ClusterTable({ clusters, onProblem }: Props) {
  const now = useNow();
  const [search, setSearch] = useState('');
  const [deleting, setDeleting] = useState<ClusterView>();
  const shown = clusters.filter(({ name, namespace }) => `${namespace}/${name}`.includes(search));
  if (clusters.length === 0) {
    return (
      <Text c="dimmed" data-testid="empty">
        There is none yet. Make one here, or with <code>dormice create NAME</code>.
      </Text>
    );
  }
  return (
    <>
      <TextInput
        mb="sm"
        w={280}
        aria-label="Search"
        placeholder="Search"
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      <Table.ScrollContainer minWidth={900}>
        <Table verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th>Last activity</Table.Th>
              <Table.Th>Workload now</Table.Th>
              <Table.Th>API state</Table.Th>
              <Table.Th>Actions</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((cluster) => (
              <ClusterRow
                key={cluster.uid}
                cluster={cluster}
                now={now}
                onDelete={() => setDeleting(cluster)}
                onProblem={onProblem}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <DeleteDialog cluster={deleting} onClose={() => setDeleting(undefined)} />
    </>
  );
}

interface RowProps {
  cluster: ClusterView;
  now: number;
  onDelete: () => void;
  onProblem: (text: string) => void;
}

function ClusterRow({ cluster, now, onDelete, onProblem }: RowProps) {
  const [busy, setBusy] = useState(false);
  const act = async (work: (of: ClusterView) => Promise<unknown>) => {
    setBusy(true);
    try {
      await work(cluster);
    } catch (error) {
      onProblem(error instanceof ApiError ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const phase = phases[cluster.phase] ?? { color: 'gray', hint: '' };
  const asleep = cluster.phase === 'Sleeping' || cluster.phase === 'Stopped';
  const note = storageNote(cluster);
  return (
    <Table.Tr data-testid={`cluster-${cluster.name}`}>
      <Table.Td>
        <Text fw={600} ff="monospace">
          {cluster.name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {cluster.namespace}
        </Text>
      </Table.Td>
      <Table.Td maw={320}>
        <Stack gap={2}>
          <Tooltip label={phase.hint}>
            <Badge color={phase.color} data-testid="phase">
              {cluster.phase}
            </Badge>
          </Tooltip>
          <Text size="xs" c={cluster.phase === 'Failed' ? 'red' : 'dimmed'}>
            {cluster.message}
            {cluster.phase === 'Running' &&
              cluster.awakeBecause !== null &&
              ` Awake because of ${cluster.awakeBecause}.`}
          </Text>
        </Stack>
      </Table.Td>
      <Table.Td>
        <Text size="sm" title={cluster.lastActivity ?? ''}>
          {formatSince(cluster.lastActivity, now)}
        </Text>
        {cluster.afterIdle !== null && (
          <Text size="xs" c="dimmed">
            sleeps after {cluster.afterIdle} idle
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {cluster.workload === null ? (
          <Text size="sm" c="dimmed">
            {asleep ? 'none' : 'not measured'}
          </Text>
        ) : (
          <Text size="sm">
            {formatBytes(cluster.workload.memory)} · {formatCores(cluster.workload.cpu)} CPU ·{' '}
            {cluster.workload.pods} pods
          </Text>
        )}
      </Table.Td>
      <Table.Td maw={260}>
        <Text size="sm">
          {cluster.mode}
          {cluster.ephemeral ? ', ephemeral' : ''} · {formatBytes(cluster.storageBytes)}
        </Text>
        <Text size="xs" c="dimmed">
          {note.stop}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          {asleep || cluster.phase === 'Failed' ? (
            <Button
              size="xs"
              loading={busy}
              disabled={cluster.phase === 'Stopped'}
              onClick={() => void act(api.wake)}
            >
              {cluster.phase === 'Failed' ? 'Try again' : 'Start'}
            </Button>
          ) : (
            <Button
              size="xs"
              variant="default"
              loading={busy}
              disabled={cluster.phase !== 'Running'}
              onClick={() => void act(api.sleep)}
            >
              Sleep
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            component="a"
            href={api.kubeconfigUrl(cluster)}
            download
          >
            Kubeconfig
          </Button>
          <Anchor component="button" size="sm" c="red" onClick={onDelete}>
            Delete
          </Anchor>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
