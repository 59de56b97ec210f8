// vo layout --target wasm32 --type node
// One of several types; addresses have four bytes.
struct other { int x; };
typedef struct node {
    struct node *next, **before;
    long long id;
    __int128 wide;
    int (*compare)(const struct node *, const struct node *);
} node;
