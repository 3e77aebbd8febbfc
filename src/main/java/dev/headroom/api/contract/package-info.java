/// What the API says of itself: its OpenAPI document, the schemas of the messages, its parameters.
@NullMarked
package dev.headroom.api.contract;

import org.jspecify.annotations.NullMarked;
