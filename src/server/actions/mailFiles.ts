/** HTTP actions of `mailFiles`: files of the host that the viewer may attach, and nothing of mail. What he may read is the host's to say. */
import { filesOfRecord, listFiles, listFolders } from '../records/files';
import type { ActionDefinitions } from './action';

export const mailFiles: ActionDefinitions = {
  /** File collections he may list, his own uploads first. */
  folders: { access: 'loggedIn', handler: ({ ctx }) => listFolders(ctx) },
  /** POST {collection, query?, page?} */
  list: {
    access: 'loggedIn',
    handler: ({ ctx, values }) => listFiles(ctx, values.collection, values.query, values.page),
  },
  /** POST {record: {collection, id}} */
  ofRecord: { access: 'loggedIn', handler: ({ ctx, values }) => filesOfRecord(ctx, values.record) },
};
