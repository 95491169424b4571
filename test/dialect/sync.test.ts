/** The same mirror on PostgreSQL and MariaDB: every statement of sync is written for all of them. */
import '../server/sync/mirror.test';
