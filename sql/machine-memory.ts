// How much memory this process may use: that of the machine or, if less, of the container or service that it runs in.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Names of the limits of a control group: version 2, then version 1. */
const limitFiles = ['memory.max', 'memory.high', 'memory.limit_in_bytes'];

/**
 * Bytes of memory, within the limits of all enclosing control groups. `process.constrainedMemory()` reads the innermost one
 * alone, which has no limit where a systemd slice or a Kubernetes pod sets it.
 * @param groups contents of /proc/self/cgroup
 * @param root where control groups are mounted
 */
export function machineMemory(
  groups = read('/proc/self/cgroup'),
  root = '/sys/fs/cgroup',
  machine = os.totalmem(),
): number {
  let memory = Math.min(machine, process.constrainedMemory() || machine);
  for (const folder of groupFolders(groups, root))
    for (const file of limitFiles) {
      // "max", the word for no limit, is not a number.
      const limit = Number.parseInt(read(path.join(folder, file)), 10);
      if (limit > 0) memory = Math.min(memory, limit);
    }
  return memory;
}

/** `5:memory:/a/b` (version 1) or `0::/a/b` (version 2) → the folders of the group and of those that enclose it. */
function groupFolders(groups: string, root: string): string[] {
  return groups.split('\n').flatMap((line) => {
    const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined || (controllers !== '' && !controllers!.split(',').includes('memory'))) return [];
    const mount = controllers === '' ? root : path.join(root, 'memory');
    // Inside a container the path may be the host's, which does not exist here; its mount is the container's group then.
    const names = group.split('/').filter((name) => name !== '' && name !== '..');
    return [...names.keys(), names.length].map((depth) => path.join(mount, ...names.slice(0, depth)));
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
