/** Folders on PostgreSQL and MariaDB, which differ in what they take for equal names. */
import '../server/sync/mailboxes.test';
