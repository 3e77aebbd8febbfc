/// The documents: what they name exists, and their sentences are short.
@NullMarked
package dev.headroom.documents;

import org.jspecify.annotations.NullMarked;
