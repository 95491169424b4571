/** All groups, in the order they run. */
import type { FigureGroup } from '../measure';

export const groups: FigureGroup[] = [];
