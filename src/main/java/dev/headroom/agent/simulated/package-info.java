/// GPUs that are made up, for trying the agent where there is none.
@NullMarked
package dev.headroom.agent.simulated;

import org.jspecify.annotations.NullMarked;
