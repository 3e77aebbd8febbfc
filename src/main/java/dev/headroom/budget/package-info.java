/// The question and the answer: what a layer config costs in GPU memory, in bytes, layer by layer.
@NullMarked
package dev.headroom.budget;

import org.jspecify.annotations.NullMarked;
