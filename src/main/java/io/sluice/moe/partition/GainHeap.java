package io.sluice.moe.partition;

import java.util.Arrays;

/**
 * Nodes by gain, the largest first, ties by the smaller number. Each node at most once; its gain
 * can change. Not thread-safe.
 */
final class GainHeap {
  private final int[] heap;
  private final int[] positions; // of each node, −1 if absent
  private final long[] gains;
  private int size;

  /** An empty heap for nodes 0 to {@code nodes} − 1. */
  GainHeap(int nodes) {
    heap = new int[nodes];
    positions = new int[nodes];
    gains = new long[nodes];
    Arrays.fill(positions, -1);
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean contains(int node) {
    return positions[node] >= 0;
  }

  /** The node with the largest gain. */
  int first() {
    return heap[0];
  }

  long firstGain() {
    return gains[heap[0]];
  }

  void add(int node, long gain) {
    gains[node] = gain;
    place(node, size++);
    rise(positions[node]);
  }

  void change(int node, long gain) {
    boolean larger = gain > gains[node];
    gains[node] = gain;
    if (larger) {
      rise(positions[node]);
    } else {
      sink(positions[node]);
    }
  }

  void remove(int node) {
    int hole = positions[node];
    positions[node] = -1;
    int last = heap[--size];
    if (last != node) {
      place(last, hole);
      rise(hole);
      sink(positions[last]);
    }
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      positions[heap[i]] = -1;
    }
    size = 0;
  }

  private void place(int node, int position) {
    heap[position] = node;
    positions[node] = position;
  }

  private boolean before(int a, int b) {
    return gains[a] > gains[b] || (gains[a] == gains[b] && a < b);
  }

  private void rise(int from) {
    int node = heap[from];
    int position = from;
    while (position > 0) {
      int parent = (position - 1) >>> 1;
      if (!before(node, heap[parent])) {
        break;
      }
      place(heap[parent], position);
      position = parent;
    }
    place(node, position);
  }

  private void sink(int from) {
    int node = heap[from];
    int position = from;
    while (2 * position + 1 < size) {
      int child = 2 * position + 1;
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], node)) {
        break;
      }
      place(heap[child], position);
      position = child;
    }
    place(node, position);
  }
}
