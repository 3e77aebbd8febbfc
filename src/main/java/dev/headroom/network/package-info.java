/// The model of a job as its reporter describes it: layers, their order, inputs, outputs and loss.
@NullMarked
package dev.headroom.network;

import org.jspecify.annotations.NullMarked;
