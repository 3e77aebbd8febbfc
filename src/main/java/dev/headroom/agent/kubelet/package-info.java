/// Asks the kubelet of this node, over its pod-resources socket, which pod holds which device.
@NullMarked
package dev.headroom.agent.kubelet;

import org.jspecify.annotations.NullMarked;
