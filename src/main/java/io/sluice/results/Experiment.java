package io.sluice.results;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;

/**
 * Something to measure.
 *
 * @param name of its file, without ending
 * @param description for people
 * @param task measures; called at most once
 */
public record Experiment(String name, String description, Supplier<ObjectNode> task) {}
