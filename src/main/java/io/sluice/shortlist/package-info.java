/**
 * The vocabulary shortlist: which words a translation may be written with, from what the words of
 * its source usually become. Learns such a list from parallel text, reads and writes it. Knows
 * token ids only, no text and no model. Deterministic.
 *
 * <p>May import: the JDK only.
 */
package io.sluice.shortlist;
