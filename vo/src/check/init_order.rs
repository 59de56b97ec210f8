//! The order in which the variables of a package are initialised.

use std::collections::{BTreeSet, HashMap};

use super::checker::{Checker, Node};
use super::info::{GlobalId, GlobalInit};
use crate::diagnostic::Diagnostic;

impl Checker<'_> {
    /// Sorts the initialisers of the present package: again and again the first one in order of
    /// declaration whose variables are all there.
    pub(super) fn order_initialisers(&mut self) {
        let mut waiting: Vec<(GlobalId, GlobalInit)> = std::mem::take(&mut self.inits);
        waiting.sort_by_key(|(first, _)| *first);
        let mut owners = HashMap::new();
        for (first, init) in &waiting {
            owners.insert(*first, *first);
            owners.extend(init.targets.iter().flatten().map(|&target| (target, *first)));
        }
        let mut needs: HashMap<GlobalId, BTreeSet<GlobalId>> =
            waiting.iter().map(|(first, _)| (*first, self.needed_globals(*first, &owners))).collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let Some(ready) = waiting.iter().position(|(first, _)| needs[first].is_empty()) else {
                let cycle = self.initialisation_cycle(&waiting, &needs);
                waiting.retain(|(first, _)| !cycle.contains(first));
                for set in needs.values_mut() {
                    set.retain(|id| !cycle.contains(id));
                }
                continue;
            };
            let (first, init) = waiting.remove(ready);
            for set in needs.values_mut() {
                set.remove(&first);
            }
            ordered.push(init);
        }
        self.info.packages[self.place.package as usize].initialisers = ordered;
    }

    /// The initialised variables of the package that an initialiser needs, through functions too.
    fn needed_globals(&self, from: GlobalId, owners: &HashMap<GlobalId, GlobalId>) -> BTreeSet<GlobalId> {
        let mut needed = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut work = vec![Node::Global(from)];
        while let Some(node) = work.pop() {
            for &next in self.depends.get(&node).into_iter().flatten() {
                match next {
                    Node::Global(id) => needed.extend(owners.get(&id)),
                    Node::Func(_) if seen.insert(next) => work.push(next),
                    Node::Func(_) => {}
                }
            }
        }
        needed
    }

    /// Reports a cycle; the result is its members, and those on the way to it.
    fn initialisation_cycle(
        &self,
        waiting: &[(GlobalId, GlobalInit)],
        needs: &HashMap<GlobalId, BTreeSet<GlobalId>>,
    ) -> Vec<GlobalId> {
        // Each waiting variable needs another one, so a walk along the needs comes to a cycle.
        let mut path = vec![waiting[0].0];
        let start = loop {
            let last = path[path.len() - 1];
            let Some(&next) = needs[&last].first() else { return path };
            if let Some(start) = path.iter().position(|&id| id == next) {
                break start;
            }
            path.push(next);
        };
        let cycle = &path[start..];
        let global = |id: GlobalId| &self.info.globals[id.0 as usize];
        let name = |id: GlobalId| global(id).name.rsplit('.').next().unwrap_or("").to_string();
        let first = cycle[0];
        let mut error = match cycle {
            [_] => Diagnostic::new(
                global(first).span,
                format!("initialization cycle: {} refers to itself", name(first)),
            ),
            _ => Diagnostic::new(global(first).span, format!("initialization cycle for {}", name(first))),
        };
        for (index, &id) in cycle.iter().enumerate().skip(1) {
            error = error
                .secondary(global(id).span, format!("{} refers to {}", name(cycle[index - 1]), name(id)));
        }
        if cycle.len() > 1 {
            error = error.note(format!("{} refers to {}", name(cycle[cycle.len() - 1]), name(first)));
        }
        self.report(error);
        path
    }
}
