/** Values of the host's records, whose keys every database takes in its own way. */
import '../server/records/values.test';
