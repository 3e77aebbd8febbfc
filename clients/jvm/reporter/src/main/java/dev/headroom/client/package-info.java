/**
 * What a JVM training job adds to be seen by Headroom: two lines around its training loop. Start at
 * {@link dev.headroom.client.Headroom}.
 */
package dev.headroom.client;
