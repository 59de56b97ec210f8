// Times loops, for the peers in JavaScript.
export const COUNT = 1000;
export const TEXT = "the quick brown fox jumps over the lazy dog";
const ROUNDS = 100;
const LONG_ENOUGH = 2;

export function version(text) {
  console.log(`version ${text}`);
}

export function absent(name, why) {
  console.log(`${name} - ${why}`);
}

/** Doubles the turns until they take long enough, then prints the best of the rounds. */
export function measure(name, loop, perTurn = 1) {
  let turns = 1, best = 0;
  const timed = () => {
    const start = performance.now();
    const computed = loop(turns);
    const took = performance.now() - start;
    if (computed !== turns) throw new Error(`${name} computes something else: ${computed} for ${turns}`);
    return took;
  };
  // The compilers have the time to see that a loop is worth their work.
  for (const end = performance.now() + 200; best < LONG_ENOUGH || performance.now() < end;) {
    if (best < LONG_ENOUGH) turns *= 2;
    best = timed();
  }
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, timed());
  console.log(`${name} ${((best * 1e6) / turns / perTurn).toFixed(3)}`);
}
