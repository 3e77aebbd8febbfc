/// Finds out whose process it is that uses a GPU, from what `/proc` and the kubelet say.
@NullMarked
package dev.headroom.agent.attribution;

import org.jspecify.annotations.NullMarked;
