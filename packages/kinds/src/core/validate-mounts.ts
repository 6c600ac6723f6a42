import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { validateDescendingPath } from './volumes/paths.ts';

const { forbidden, invalid, notFound, notSupported, required } = fieldErrors;

/** Volumes of a pod by name; a volume without a name is found by nobody. */
export type Volumes = ReadonlyMap<string, Loose>;

export const volumesOf = (spec: Loose): Volumes =>
  new Map(each(spec.volumes).flatMap((volume) => (volume.name ? [[volume.name, volume]] : [])));

const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const recursions = ['Disabled', 'Enabled', 'IfPossible'];

function validatePropagation(mount: Loose, container: Loose, path: string): Check {
  const mode = mount.mountPropagation;
  if (isAbsent(mode)) return [];
  return [
    ...(propagations.includes(mode) ? [] : [notSupported(path, mode, propagations)]),
    ...(mode === 'Bidirectional' && container.securityContext?.privileged !== true
      ? [
          forbidden(
            path,
            'Bidirectional mount propagation is available only to privileged containers',
          ),
        ]
      : []),
  ];
}

function validateRecursion(mount: Loose, path: string): Check {
  const mode = mount.recursiveReadOnly;
  if (isAbsent(mode) || mode === 'Disabled') return [];
  if (!recursions.includes(mode)) return [notSupported(path, mode, recursions)];
  const propagated = !isAbsent(mount.mountPropagation) && mount.mountPropagation !== 'None';
  return [
    ...(mount.readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
    ...(propagated
      ? [forbidden(path, 'may only be specified when mountPropagation is None or not specified')]
      : []),
  ];
}

/** Mounts of a container: each names a volume of the pod, and no path is taken twice. */
export function validateVolumeMounts(container: Loose, path: string, volumes: Volumes): Check {
  const paths = new Set<string>();
  const devices = each(container.volumeDevices);
  return onEach(container.volumeMounts, path, (mount, at) => {
    const { name = '', mountPath = '', subPath, subPathExpr } = mount;
    const errors: Check = [];
    if (name === '') errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (mountPath === '') errors.push(required(`${at}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some((device) => device.name === name))
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (devices.some((device) => device.devicePath === mountPath))
      errors.push(
        invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'),
      );
    if (subPath) errors.push(...validateDescendingPath(`${path}.subPath`, subPath));
    if (subPathExpr) {
      if (subPath)
        errors.push(
          invalid(
            `${at}.subPathExpr`,
            subPathExpr,
            'subPathExpr and subPath are mutually exclusive',
          ),
        );
      errors.push(...validateDescendingPath(`${path}.subPathExpr`, subPathExpr));
    }
    return [
      ...errors,
      ...validatePropagation(mount, container, `${path}.mountPropagation`),
      ...validateRecursion(mount, `${path}.recursiveReadOnly`),
    ];
  });
}

/** Raw devices of a container: each a claim of the pod, and none that is mounted as well. */
export function validateVolumeDevices(container: Loose, path: string, volumes: Volumes): Check {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = each(container.volumeMounts);
  return onEach(container.volumeDevices, path, (device, at) => {
    const { name = '', devicePath = '' } = device;
    const volume = volumes.get(name);
    const errors: Check = [];
    const wrong = (field: string, value: string, why: string) =>
      errors.push(invalid(`${at}.${field}`, value, why));
    if (name === '') errors.push(required(`${at}.name`));
    if (names.has(name)) wrong('name', name, 'must be unique');
    if (!volume) errors.push(notFound(`${at}.name`, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      wrong(
        'name',
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      );
    if (isEmpty(devicePath)) errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) wrong('devicePath', devicePath, 'must be unique');
    if (devicePath.split('/').includes('..'))
      wrong('devicePath', devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name))
      wrong('name', name, 'must not already exist in volumeMounts');
    if (mounts.some((mount) => mount.mountPath === devicePath))
      wrong('devicePath', devicePath, 'must not already exist as a path in volumeMounts');
    if (name !== '') names.add(name);
    return errors;
  });
}
