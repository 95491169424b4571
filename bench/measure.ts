/** What a benchmark is here: groups of figures, each an own value beside an anchor measured in the same run. */

/** `x` is a ratio: our value over the anchor's. */
export type Unit = 'x' | 'ms' | 's' | 'KB' | 'MB';

/** One raw measurement: ours and, for a ratio, the anchor that ran beside it. */
export interface Run {
  value: number;
  anchor?: number;
}

/** One line of the table, and one element of `--json FILE`. */
export interface Figure {
  /** Group, what, and under which conditions: `firstSync.envelopes.10k.sqlite.loopback`. */
  name: string;
  /** Median of the runs: of the ratios of value and anchor where there is an anchor. */
  value: number;
  unit: Unit;
  /** Median of what the anchor took, in the unit its runs are in; null where the target is absolute. */
  anchor: number | null;
  /** Largest value that passes; null for what is only told. */
  target: number | null;
  pass: boolean;
  runs: Run[];
}

/** What the command line asked for. */
export interface Settings {
  /** Under three minutes in all: small mailbox, loopback, SQLite. */
  quick: boolean;
  /** Also what takes many minutes. */
  full: boolean;
  /** Whether a figure was asked for (`--only`). */
  wants(name: string): boolean;
  /** Folder for CPU profiles of the first sync; a profiled run is slower and proves nothing. */
  profile: string | undefined;
  /** Prints progress. */
  say(line: string): void;
}

/** Figures that share their set-up: one file of bench/figures each. */
export interface FigureGroup {
  /** First part of the names of its figures. */
  name: string;
  /** Names of the figures that {@link FigureGroup.measure} gives under these settings, before `wants` is asked. */
  figures(settings: Settings): string[];
  /** Measures what is wanted; a figure is yielded as soon as it is known. */
  measure(settings: Settings): AsyncIterable<Figure>;
}
