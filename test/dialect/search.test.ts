/** Every database finds the same, by an index of its own kind. */
import '../server/messages/search.test';
