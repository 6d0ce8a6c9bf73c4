package io.sluice.tensor.dnnl;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.dnnl.engine;

/** The library's engine, the scratch memory of each thread, and what must be freed. Thread-safe. */
final class DnnlContext implements AutoCloseable {
  private final engine engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
  private final Queue<AutoCloseable> held = new ConcurrentLinkedQueue<>();
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
        : hold(new PrimitiveSet(shape, engine));
  }

  /** Frees something at the end. */
  <T extends AutoCloseable> T hold(T resource) {
    held.add(resource);
    return resource;
  }

  @Override
  public void close() {
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
