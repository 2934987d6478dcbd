// Memory limits of control groups, as Docker, Kubernetes and systemd set them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../fixtures/suite.ts';
import { machineMemory } from './machine-memory.ts';

const test = suite('memory of the machine or container');
const machine = 8 * 2 ** 30;

/** Control groups with these limits: path of a file → its content. */
function memoryIn(groups: string, limits: Record<string, string>): number {
  const root = mkdtempSync(path.join(os.tmpdir(), 'couture-cgroup-'));
  try {
    for (const [file, content] of Object.entries(limits)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), `${content}\n`);
    }
    return machineMemory(groups, root, machine);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** What is left where this test itself runs in a container. */
const unlimited = memoryIn('', {});

test('the lowest limit of all enclosing groups counts, in both versions', () => {
  const limit = 64 * 2 ** 20;
  const low = String(limit);
  for (const [groups, limits] of [
    // Docker with cgroup v2: the container sees its own group as the root.
    ['0::/\n', { 'memory.max': low }],
    ['0::/system.slice/couture.service\n', { 'system.slice/couture.service/memory.max': low }],
    [
      '0::/shop.slice/couture.service\n',
      { 'shop.slice/couture.service/memory.max': 'max', 'shop.slice/memory.max': low },
    ],
    ['0::/a.service\n', { 'a.service/memory.high': low, 'a.service/memory.max': String(4 * limit) }],
    // Docker with cgroup v1: the path is the host's and the mount is the container's.
    ['9:cpu:/docker/4711\n4:memory:/docker/4711\n0::/\n', { 'memory/memory.limit_in_bytes': low }],
    [
      '4:memory:/pods/one\n',
      {
        'memory/pods/one/memory.limit_in_bytes': '9223372036854771712',
        'memory/pods/memory.limit_in_bytes': low,
      },
    ],
    ['4:cpuacct,memory:/one\n', { 'memory/one/memory.limit_in_bytes': low }],
    ['0::/../../kubepods/one\n', { 'memory.max': low }],
  ] as Array<[string, Record<string, string>]>)
    assert.is(memoryIn(groups, limits), limit, groups);
});

test('no limit, and limits of other groups, leave the machine’s memory', () => {
  for (const [groups, limits] of [
    ['', {}],
    ['0::/\n', { 'memory.max': 'max' }],
    ['4:memory:/\n', { 'memory/memory.limit_in_bytes': '9223372036854771712' }],
    ['0::/mine\n', { 'other/memory.max': '1000' }],
    ['5:cpu:/mine\n', { 'memory/mine/memory.limit_in_bytes': '1000' }],
  ] as Array<[string, Record<string, string>]>)
    assert.is(memoryIn(groups, limits), unlimited, groups);
});
