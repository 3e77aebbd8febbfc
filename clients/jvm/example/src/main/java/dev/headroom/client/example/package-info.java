/** Trains a small network and lets Headroom watch. */
package dev.headroom.client.example;
