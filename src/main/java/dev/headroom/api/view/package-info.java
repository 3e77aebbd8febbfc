/// The bodies of the API's answers.
@NullMarked
package dev.headroom.api.view;

import org.jspecify.annotations.NullMarked;
