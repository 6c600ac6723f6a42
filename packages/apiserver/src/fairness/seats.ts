import type { KubeObject } from '@dormice/apimachinery';

/** How many seats a priority level has of those of the server. */
export interface SeatLimits {
  nominal: number;
  /** What others cannot take away. */
  lower: number;
  /** What it may have with what others lend. */
  upper: number;
}

export interface LevelConfiguration {
  name: string;
  uid: string;
  exempt: boolean;
  limits: SeatLimits;
  /** Absent: who finds no seat is refused at once. */
  queuing: { queues: number; handSize: number; lengthLimit: number } | undefined;
}

interface LevelSpec {
  type?: string;
  limited?: Shares & {
    limitResponse?: { type?: string; queuing?: Record<string, number> };
  };
  exempt?: Shares;
}

interface Shares {
  nominalConcurrencyShares?: number;
  lendablePercent?: number;
  borrowingLimitPercent?: number;
}

const sharesOf = ({ limited, exempt }: LevelSpec): Shares => limited ?? exempt ?? {};

/** Shares out the server's seats as upstream does: by nominal shares, each level's rounded up. */
export function levelsOf(objects: readonly KubeObject[], seats: number): LevelConfiguration[] {
  const specs = objects.map((object) => (object['spec'] ?? {}) as LevelSpec);
  const nominalShares = (spec: LevelSpec): number =>
    sharesOf(spec).nominalConcurrencyShares ?? (spec.type === 'Exempt' ? 0 : 30);
  const all = specs.reduce((sum, spec) => sum + nominalShares(spec), 0);
  return objects.map(({ metadata }, index) => {
    const spec = specs[index] ?? {};
    const { lendablePercent = 0, borrowingLimitPercent } = sharesOf(spec);
    const nominal = all === 0 ? 0 : Math.ceil((seats * nominalShares(spec)) / all);
    const lendable = Math.round((nominal * lendablePercent) / 100);
    const borrowed =
      borrowingLimitPercent === undefined
        ? seats
        : Math.round((nominal * borrowingLimitPercent) / 100);
    const queuing = spec.limited?.limitResponse;
    return {
      name: metadata.name ?? '',
      uid: metadata.uid ?? '',
      exempt: spec.type === 'Exempt',
      limits: { nominal, lower: nominal - lendable, upper: nominal + borrowed },
      queuing:
        queuing?.type === 'Queue'
          ? {
              queues: queuing.queuing?.['queues'] ?? 64,
              handSize: queuing.queuing?.['handSize'] ?? 8,
              lengthLimit: queuing.queuing?.['queueLengthLimit'] ?? 50,
            }
          : undefined,
    };
  });
}
