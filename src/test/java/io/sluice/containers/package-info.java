/**
 * Tests that need a Docker engine: the application against broker and registry in containers, and
 * the image of Sluice itself. Skipped with the reason where there is none; {@code
 * docker/local-images.sh} starts one and builds the images.
 */
package io.sluice.containers;
