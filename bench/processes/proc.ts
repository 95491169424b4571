/** Memory and processor time of a process as Linux counts them (proc(5)), asked from outside: a busy event loop cannot hide a peak. */
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

/** Processor time in seconds: of all threads, and of the one that runs our code. */
export interface ProcessorTime {
  all: number;
  main: number;
}

/** What a process has used since it started. */
export function processorTime(pid: number): ProcessorTime {
  return { all: secondsIn(`/proc/${pid}/stat`), main: secondsIn(`/proc/${pid}/task/${pid}/stat`) };
}

/** utime and stime, in ticks of which every Linux has a hundred a second. The name before them may hold spaces. */
function secondsIn(file: string): number {
  const [user = 0, system = 0] = readFileSync(file, 'utf8').split(') ').at(-1)!.split(' ').slice(11, 13).map(Number);
  return (user + system) / 100;
}
