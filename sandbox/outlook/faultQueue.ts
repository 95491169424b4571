/** Faults wait in queues; each strikes as often as it was told to. */

/** Takes the first queued fault that fits and counts it down. */
export function takeFault<T extends { times?: number }>(
  queue: T[],
  fits: (fault: T) => boolean = () => true,
): T | undefined {
  const index = queue.findIndex(fits);
  const fault = queue[index];
  if (!fault) return undefined;
  if (fault.times === 0) return fault;
  fault.times = (fault.times ?? 1) - 1;
  if (fault.times === 0) queue.splice(index, 1);
  return fault;
}
