/** What an earlier version left is completed on PostgreSQL and MariaDB too. */
import '../server/access/upgrade.test';
