import { Alert, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ClusterView } from '../view.ts';
import { api } from './api.ts';
import { storageNote } from './storage-note.ts';

interface Props {
  cluster: ClusterView | undefined;
  onClose: () => void;
}

/** Deletion is for good: the name must be typed. */
export function DeleteDialog({ cluster, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another cluster means another question
  useEffect(() => {
    setTyped('');
    setProblem(undefined);
  }, [cluster?.uid]);
  if (!cluster) return null;
  const remove = async () => {
    setBusy(true);
    try {
      await api.remove(cluster);
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Delete ${cluster.name}?`}>
      <Text mb="sm">{storageNote(cluster).remove}</Text>
      {problem !== undefined && (
        <Alert color="red" mb="sm">
          {problem}
        </Alert>
      )}
      <TextInput
        label={`Type ${cluster.name} to confirm`}
        value={typed}
        data-autofocus
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red"
          loading={busy}
          disabled={typed !== cluster.name}
          onClick={() => void remove()}
        >
          Delete for good
        </Button>
      </Group>
    </Modal>
  );
}
