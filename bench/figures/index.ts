/** All groups, in the order they run. */
import type { FigureGroup } from '../measure';
import { firstSync } from './firstSync';

export const groups: FigureGroup[] = [firstSync];
