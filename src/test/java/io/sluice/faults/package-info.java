/**
 * What goes wrong around Sluice, done on purpose, and what was seen: each test here is one row of
 * {@code docs/reliability.md}. A short form runs in the default build, the long one with {@code mvn
 * verify -Pfaults}.
 */
package io.sluice.faults;
