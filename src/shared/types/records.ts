/** Records and files of the host, as far as mail names them. */

/** A record of the host's main data source. */
export interface RecordRef {
  collection: string;
  id: string;
}

/**
 * A file of the host: of a record's field, else of a file collection or of the viewer's own uploads (`attachments`). It is read with the
 * viewer's permissions. `mailOutbox:attach` (POST {file: HostFileRef}, ?filterByTk=) → data: OutboxView.
 */
export interface HostFileRef {
  collection: string;
  id: string;
  record?: RecordRef & { field: string };
}

/** `mailFiles:list` (POST {collection, query?, page?}) → data: {files: HostFileView[], more: boolean}, newest first. */
export interface HostFileView {
  collection: string;
  id: string;
  filename: string;
  contentType: string;
  /** Octets, as the host noted them. */
  size: number;
  createdAt: string | null;
}

/** `mailFiles:folders` → data: HostFolder[]: file collections the viewer may list. Without a title: his own uploads. */
export interface HostFolder {
  collection: string;
  title: string | null;
}

/** `mailFiles:ofRecord` (POST {record: RecordRef}) → data: RecordFiles[]: fields with files, as far as the viewer may read them. */
export interface RecordFiles {
  field: string;
  /** As the host stores it: it may be an expression. */
  title: string;
  files: HostFileView[];
}
