import { Alert, Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from './api.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function CreateDialog({ opened, onClose }: Props) {
  const templates = useQuery({ queryKey: ['templates'], queryFn: api.templates, enabled: opened });
  const [name, setName] = useState('');
  const [template, setTemplate] = useState('workspace');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const create = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await api.create(name, template);
      setName('');
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={onClose} title="New virtual cluster" size="lg">
      <form onSubmit={(event) => void create(event)}>
        <Stack>
          {problem !== undefined && <Alert color="red">{problem}</Alert>}
          <TextInput
            label="Name"
            description="Lower-case letters, digits and dashes"
            placeholder="atlas"
            required
            data-autofocus
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Radio.Group label="Template" value={template} onChange={setTemplate}>
            <Stack mt="xs">
              {(templates.data ?? []).map(({ id, title, description }) => (
                <Radio key={id} value={id} label={title} description={description} />
              ))}
            </Stack>
          </Radio.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={name === ''}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
