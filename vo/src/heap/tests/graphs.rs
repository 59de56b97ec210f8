//! Random graphs of objects against a model of what can be reached.

use super::*;

/// Nodes with a number and a slice of interfaces that hold pointers to other nodes.
struct Graph {
    heap: Fixture,
    node: TypeId,
    pointer: TypeId,
    random: Random,
    nodes: Vec<*mut u8>,
    edges: Vec<Vec<usize>>,
}

/// What a node takes besides its edges: itself and the header of its slice.
const NODE_BYTES: usize = 16 + 32;

impl Graph {
    fn new(seed: u64) -> Graph {
        let mut types = TypeTable::new();
        let edges = types.slice_of(TypeId::ANY);
        let node = struct_of(&mut types, &[TypeId::INT, edges]);
        let pointer = types.pointer_to(node);
        let heap = Fixture::new(types);
        Graph { heap, node, pointer, random: Random(seed), nodes: Vec::new(), edges: Vec::new() }
    }

    /// Makes new nodes; each has 0 to `most` edges.
    fn fill(&mut self, count: usize, most: u64) {
        self.heap.frame.paused.set(true);
        self.nodes = (0..count).map(|_| self.heap.alloc_object(self.node).unwrap()).collect();
        self.edges = vec![Vec::new(); count];
        for from in 0..count {
            let degree = self.random.below(most + 1) as usize;
            let (slice, data) = self.heap.alloc_slice(TypeId::ANY, degree, degree).unwrap();
            for index in 0..degree {
                let to = self.random.below(count as u64) as usize;
                self.edges[from].push(to);
                // SAFETY: the slice has `degree` interfaces.
                unsafe {
                    let value = dynamic(self.pointer, Slot::from_ptr(self.nodes[to].add(8)));
                    data.cast::<[Slot; 2]>().add(index).write(value);
                }
            }
            // SAFETY: a node is a number and a slice.
            unsafe { self.nodes[from].cast::<[Slot; 2]>().write([Slot::from_i64(from as i64), slice]) };
        }
        self.heap.frame.paused.set(false);
    }

    /// Which nodes can be reached from one, and how many bytes they take.
    fn reached(&self, start: usize) -> (Vec<bool>, usize) {
        let (mut reached, mut list) = (vec![false; self.nodes.len()], vec![start]);
        let mut bytes = 0;
        while let Some(at) = list.pop() {
            if !std::mem::replace(&mut reached[at], true) {
                bytes += NODE_BYTES + self.edges[at].len() * 16;
                list.extend(&self.edges[at]);
            }
        }
        (reached, bytes)
    }
}

#[test]
fn a_random_graph_keeps_exactly_what_a_model_reaches() {
    let mut graph = Graph::new(7);
    for round in 0..20 {
        graph.fill(300, 3);
        graph.heap.root(Slot::from_ptr(graph.nodes[round]));
        assert_eq!(graph.heap.live(), graph.reached(round).1, "round {round}");
        graph.heap.drop_roots();
    }
}

#[test]
fn several_threads_keep_what_a_model_reaches() {
    const NODES: usize = 20_000;
    for markers in 2..=4 {
        let mut graph = Graph::new(markers as u64);
        graph.heap.set_markers(markers);
        graph.fill(NODES, 3);
        graph.heap.root(Slot::from_ptr(graph.nodes[0]));
        let (reached, bytes) = graph.reached(0);
        let live = graph.heap.live();
        // Two threads that find a node at once count it twice.
        assert!((bytes..bytes + bytes / 4).contains(&live), "{markers} markers: {live} bytes, not {bytes}");
        graph.heap.frame.paused.set(true);
        for _ in 0..NODES {
            let object = graph.heap.alloc_object(graph.node).unwrap();
            // SAFETY: the object is new and of two words.
            unsafe { object.cast::<[Slot; 2]>().write([Slot::from_i64(-1); 2]) };
        }
        for number in (0..NODES).filter(|&number| reached[number]) {
            // SAFETY: every node begins with its number.
            let found = unsafe { graph.nodes[number].cast::<i64>().read() };
            assert_eq!(found, number as i64, "{markers} markers");
        }
    }
}
