/** Memory of a process as Linux counts it (proc(5)), asked from outside so that a busy event loop cannot hide a peak. */
import { readFileSync, writeFileSync } from 'node:fs';

const field = (pid: number, name: string): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  if (Number.isNaN(kilobytes)) throw new Error(`No ${name} in /proc/${pid}/status`);
  return kilobytes / 1024;
};

/** Resident memory now, in MB. */
export const residentMemory = (pid: number): number => field(pid, 'VmRSS');

/** The most that was resident since {@link forgetPeak}, in MB. */
export const peakMemory = (pid: number): number => field(pid, 'VmHWM');

/** Lets the peak start again at what is resident now. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
