/// What keeps boards, rules, the stack and its Kubernetes files true to the code and to the formats
/// they are written in.
@NullMarked
package dev.headroom.deployment;

import org.jspecify.annotations.NullMarked;
