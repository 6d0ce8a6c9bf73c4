package io.sluice.tensor.dnnl;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.dnnl.engine;

/** The library's engine, the scratch memory of each thread, and what must be freed. Thread-safe. */
final class DnnlContext implements AutoCloseable {
  private final engine engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
  private final Queue<AutoCloseable> held = new ConcurrentLinkedQueue<>();
  private final Set<AutoCloseable> heldWhileUsed =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private final Map<Shape, PrimitiveSet> shared = new ConcurrentHashMap<>();
  private final ThreadLocal<Scratch> scratches =
      ThreadLocal.withInitial(() -> hold(new Scratch(engine)));

  engine engine() {
    return engine;
  }

  /** The scratch memory of this thread. */
  Scratch scratch() {
    return scratches.get();
  }

  /** The primitives of a shape, shared by all products of it unless their scales are part of it. */
  PrimitiveSet primitives(Shape shape) {
    return shape.scales() == null
        ? shared.computeIfAbsent(shape, key -> hold(new PrimitiveSet(key, engine)))
        : holdWhileUsed(new PrimitiveSet(shape, engine));
  }

  /** Frees something at the end. */
  <T extends AutoCloseable> T hold(T resource) {
    held.add(resource);
    return resource;
  }

  /** Frees something at the end, or when nobody holds it any more and the collector finds it. */
  <T extends AutoCloseable> T holdWhileUsed(T resource) {
    heldWhileUsed.add(resource);
    return resource;
  }

  @Override
  public void close() {
    held.addAll(List.copyOf(heldWhileUsed));
    heldWhileUsed.clear();
    for (AutoCloseable each = held.poll(); each != null; each = held.poll()) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("native memory could not be freed", e);
      }
    }
    engine.close();
  }
}
