/** Opens a mail where the reader is: docked in the mail centre, in a dialog on any other page. */
import React from 'react';
import type { FlowContext } from '@nocobase/flow-engine';
import { isNarrow, WHOLE_SCREEN } from '../wholeScreen';
import { Composer } from './Composer';
import { deskOf, type ComposeStart } from './desk';

const BESIDE_THE_PAGE = { width: 760, styles: { body: { padding: 0 }, content: { padding: 0, overflow: 'hidden' } } };

/** @param context of a flow or of the engine: it knows the application and how to show a dialog */
export function openComposer(context: FlowContext, start: ComposeStart): void {
  const desk = deskOf(context.app);
  if (desk.docked) {
    desk.open(start);
    return;
  }
  const narrow = isNarrow();
  context.viewer.dialog({
    ...(narrow ? WHOLE_SCREEN : BESIDE_THE_PAGE),
    closable: false,
    // A click beside the dialog must not close a mail half written.
    maskClosable: false,
    keyboard: false,
    inheritContext: false,
    content: (view) => (
      <div style={{ height: narrow ? '100%' : 'min(640px, calc(100vh - 160px))' }}>
        <Composer start={start} layout="dialog" onClose={() => void view.close()} />
      </div>
    ),
  });
}
