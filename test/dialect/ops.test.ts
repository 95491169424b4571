/** Changes by the user on PostgreSQL and MariaDB. */
import '../server/sync/ops.test';
