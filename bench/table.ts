/** Figures as people read them. Pure. */
import type { Figure } from './measure';

const HEAD = ['figure', 'value', 'anchor', 'target', 'runs', ''];

const runsOf = ({ runs }: Figure): string => {
  const values = runs.map(({ value, anchor }) => (anchor === undefined ? `${value}` : `${value}/${anchor}`));
  return values.length > 4 ? `${values.length} runs` : values.join(' ');
};

const rowOf = (figure: Figure): string[] => [
  figure.name,
  `${figure.value} ${figure.unit}`,
  figure.anchor === null ? '' : String(figure.anchor),
  figure.target === null ? '' : `<= ${figure.target}`,
  runsOf(figure),
  figure.pass ? 'pass' : 'FAIL',
];

/** A table for a terminal, one figure a line. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(rowOf)];
  const widths = HEAD.map((_head, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
