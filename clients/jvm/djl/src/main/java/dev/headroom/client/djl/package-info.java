/** Watches a DJL training: its layer configuration from the block, its steps from the trainer. */
package dev.headroom.client.djl;
