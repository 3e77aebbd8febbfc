/// The page's files, the documents, and what the page has to know of the monitor.
@NullMarked
package dev.headroom.api.about;

import org.jspecify.annotations.NullMarked;
