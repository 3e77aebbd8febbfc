/// What a page can watch: each view as a document.
@NullMarked
package dev.headroom.api.watch;

import org.jspecify.annotations.NullMarked;
