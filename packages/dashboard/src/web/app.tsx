import { Alert, AppShell, Badge, Button, Container, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { ClusterTable } from './cluster-table.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { formatBytes, formatCores } from './format.ts';
import { useSnapshot } from './use-snapshot.ts';

export function App() {
  const { snapshot, connected } = useSnapshot();
  const [creating, setCreating] = useState(false);
  const [problem, setProblem] = useState<string>();
  const numbers = snapshot?.process;
  return (
    <AppShell header={{ height: 60 }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between">
          <Group gap="xs">
            <img src="/dormouse.svg" alt="" width={32} height={32} />
            <Title order={1} size="h3">
              Dormice
            </Title>
            <Text c="dimmed" visibleFrom="sm">
              virtual clusters that sleep until called
            </Text>
          </Group>
          <Group gap="xs">
            {numbers && (
              <Text
                size="sm"
                data-testid="process"
                title="All control planes together, as one process"
              >
                {numbers.awake} of {numbers.total} awake · {formatBytes(numbers.rss)} ·{' '}
                {formatCores(numbers.cpu)} CPU
              </Text>
            )}
            <Badge color={connected ? 'green' : 'gray'} variant="light">
              {connected ? 'live' : 'reconnecting'}
            </Badge>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main>
        <Container size="xl">
          <Group justify="space-between" mb="md">
            <Title order={2} size="h4">
              Virtual clusters
            </Title>
            <Button onClick={() => setCreating(true)}>New virtual cluster</Button>
          </Group>
          {problem !== undefined && (
            <Alert
              color="red"
              mb="md"
              withCloseButton
              onClose={() => setProblem(undefined)}
              title="That did not work"
            >
              {problem}
            </Alert>
          )}
          {snapshot && <ClusterTable clusters={snapshot.clusters} onProblem={setProblem} />}
        </Container>
      </AppShell.Main>
      <CreateDialog opened={creating} onClose={() => setCreating(false)} />
    </AppShell>
  );
}
