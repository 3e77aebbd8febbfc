/// What a job that does not fit can change so that it does, each change worked out.
@NullMarked
package dev.headroom.plan.change;

import org.jspecify.annotations.NullMarked;
