/** Dialogs on a small screen: they take all of it. */
import type { ViewerOptions } from '@nocobase/flow-engine';

/** Below antd's breakpoint `md`, as everywhere else in the mail centre. */
export const isNarrow = (): boolean => window.matchMedia('(max-width: 767.98px)').matches;

/** For the host's viewer; the content decides the rest of its layout. */
export const WHOLE_SCREEN = {
  width: '100vw',
  style: { top: 0, maxWidth: '100vw', margin: 0, paddingBottom: 0 },
  styles: {
    body: { padding: 0, height: '100dvh' },
    content: { padding: 0, borderRadius: 0, overflow: 'hidden' },
  },
} satisfies Partial<ViewerOptions>;
