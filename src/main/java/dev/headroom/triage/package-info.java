/// Which job is in trouble, how badly and why: one judgement for API, page and events.
@NullMarked
package dev.headroom.triage;

import org.jspecify.annotations.NullMarked;
