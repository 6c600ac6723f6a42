import type { KubeObject } from '@dormice/apimachinery';
import { hostMetadata } from '../host-metadata.ts';
import { labels } from '../labels.ts';
import type { Loose } from '../loose.ts';
import { refusal, type Translator } from '../translator.ts';

/** What the binder notes on a claim; ours to bring back, the host's to decide. */
const binderPrefixes = ['pv.kubernetes.io/', 'volume.kubernetes.io/', 'volume.beta.kubernetes.io/'];
const isBinders = (key: string): boolean => binderPrefixes.some((prefix) => key.startsWith(prefix));

/** Claims: to the host without a volume, back with the volume that the host gave. */
export const persistentVolumeClaim: Translator = {
  group: '',
  resource: 'persistentvolumeclaims',

  toHost(object, context) {
    const { accessModes, resources, storageClassName, volumeMode, dataSource, dataSourceRef } =
      object.spec;
    const source = dataSourceRef ?? dataSource;
    if (source && source.kind !== 'PersistentVolumeClaim') {
      return refusal(
        'UnsupportedDataSource',
        `spec.dataSource: kind ${JSON.stringify(source.kind)} is not synced; only PersistentVolumeClaim is`,
      );
    }
    const metadata = hostMetadata(object, context);
    const namespace = object.metadata.namespace ?? '';
    const declared = object.metadata.labels?.[labels.volume];
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        ...metadata,
        labels: {
          ...metadata.labels,
          ...(declared === undefined ? {} : { [labels.volume]: declared }),
        },
        annotations: withoutBinder(metadata.annotations),
      },
      spec: {
        accessModes,
        resources,
        ...(storageClassName === undefined ? {} : { storageClassName }),
        ...(volumeMode === undefined ? {} : { volumeMode }),
        ...(source
          ? {
              dataSource: {
                kind: 'PersistentVolumeClaim',
                name: context.hostName(namespace, source.name),
              },
            }
          : {}),
      },
    };
  },

  toVirtual(host, object) {
    const volumeName: string | undefined = host.spec?.volumeName;
    const binder = Object.entries(host.metadata.annotations ?? {}).filter(([key]) =>
      isBinders(key),
    );
    const storageClassName = object.spec.storageClassName ?? host.spec?.storageClassName;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        annotations: { ...object.metadata.annotations, ...Object.fromEntries(binder) },
      },
      spec: {
        ...object.spec,
        ...(storageClassName === undefined ? {} : { storageClassName }),
        ...(volumeName === undefined || object.spec.volumeName ? {} : { volumeName }),
      },
      status: claimStatus(host),
    };
  },
};

function claimStatus(host: KubeObject): Loose {
  const { phase = 'Pending', accessModes, capacity, conditions } = host.status ?? {};
  return {
    phase,
    ...(accessModes === undefined ? {} : { accessModes }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}

function withoutBinder(found: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(found).filter(([key]) => !isBinders(key)));
}
