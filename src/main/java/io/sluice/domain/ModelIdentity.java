package io.sluice.domain;

/**
 * Which model made a text.
 *
 * @param name of the bundle
 * @param version of the bundle
 * @param digest SHA-256 of the weights, lower-case hexadecimal
 */
public record ModelIdentity(String name, String version, String digest) {}
