/**
 * What a first sync leaves behind is garbage that has become old by the time it is done with, since every batch waits for the database.
 * V8 lets such garbage grow to a multiple of what lives before it looks for it, and a host lives on some hundred megabytes. It looks
 * earlier where memory outside of its heap is taken (`Isolate::AdjustAmountOfExternalAllocatedMemory`), which nothing fills here.
 */

/** Rows written between two looks. */
const ROWS = 8000;
/** What V8 takes without a look, in octets (heap.h, kExternalAllocationSoftLimit). */
const SOFT_LIMIT = 64 * 1024 * 1024;

let written = 0;

/** To be told of rows that were written in bulk. */
export function leaveGarbage(rows: number): void {
  written += rows;
  if (written < ROWS) return;
  written = 0;
  try {
    // Never touched, so no page of it is ever there.
    void new ArrayBuffer(SOFT_LIMIT);
  } catch {
    // Where so much cannot even be promised, the engine looks often enough.
  }
}
