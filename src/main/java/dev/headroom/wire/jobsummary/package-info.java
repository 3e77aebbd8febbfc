/// The codec of `headroom.job-summaries`.
@NullMarked
package dev.headroom.wire.jobsummary;

import org.jspecify.annotations.NullMarked;
