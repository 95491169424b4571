/** Stands where something is still being read; who cannot see the skeleton in it is told in words. */
import React from 'react';
import { useT } from './locale';

export function Loading(attributes: Omit<React.HTMLAttributes<HTMLDivElement>, 'role' | 'aria-label'>) {
  const t = useT();
  return <div role="status" aria-label={t('Loading…')} {...attributes} />;
}
