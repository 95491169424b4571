/** What a run of tests came to. Pure. */

/** A test that failed, or a file that could not be run. */
export interface Failure {
  /** Where it is and what it says. */
  name: string;
  /** First line of the reason. */
  reason: string;
}

/** What became of one file of tests. */
export interface FileResult {
  /** Relative to the root of the repository; null where no file is to blame. */
  file: string | null;
  passed: number;
  failures: Failure[];
}

/** Results of files, and what failed at first and not when its file was run once more. */
export interface Results {
  files: FileResult[];
  unsteady: Failure[];
}

export const NO_RESULTS: Results = { files: [], unsteady: [] };

/** Sums up. */
export const countOf = ({ files }: Results): { passed: number; failed: number } => ({
  passed: files.reduce((sum, { passed }) => sum + passed, 0),
  failed: files.reduce((sum, { failures }) => sum + failures.length, 0),
});

/** Results of one command after another. */
export const joined = (a: Results, b: Results): Results => ({
  files: [...a.files, ...b.files],
  unsteady: [...a.unsteady, ...b.unsteady],
});

/** More files than this do not fail by accident: whoever broke them need not wait for a second run. */
const MOST_REPEATED = 3;

/** Files to run once more; none where so much failed that it is no accident, or where no file is to blame. */
export function toRepeat({ files }: Results): string[] {
  const failed = files.filter(({ failures }) => failures.length > 0);
  const named = failed.flatMap(({ file }) => file ?? []);
  return named.length === failed.length && named.length <= MOST_REPEATED ? named : [];
}

/** The second run of a file counts. What failed in the first one only is named, not forgotten. */
export function withRepeated(first: Results, second: Results): Results {
  const again = new Map(second.files.map((result) => [result.file, result]));
  const failedAgain = new Set(second.files.flatMap(({ failures }) => failures.map(({ name }) => name)));
  const unsteady = first.files
    .filter(({ file }) => again.has(file))
    .flatMap(({ failures }) => failures)
    .filter(({ name }) => !failedAgain.has(name));
  const others = second.files.filter(({ file }) => !first.files.some((result) => result.file === file));
  return {
    files: [...first.files.map((result) => again.get(result.file) ?? result), ...others],
    unsteady: [...first.unsteady, ...unsteady],
  };
}
