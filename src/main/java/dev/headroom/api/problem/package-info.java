/// Errors of the API as problem documents (RFC 9457).
@NullMarked
package dev.headroom.api.problem;

import org.jspecify.annotations.NullMarked;
