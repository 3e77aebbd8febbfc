/// One batch of records: decode, fold, count, and pass on what was refused.
@NullMarked
package dev.headroom.ingest.batch;

import org.jspecify.annotations.NullMarked;
