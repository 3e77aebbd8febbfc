/// The model on the device: parameters and buffers, their sharding, and the order of its modules.
@NullMarked
package dev.headroom.budget.model;

import org.jspecify.annotations.NullMarked;
