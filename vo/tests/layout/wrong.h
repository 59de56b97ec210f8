// vo layout
// Every error, each at its place.
struct wrong {
    strct point at;
    int bits : 33;
    char text[-1];
    struct later next;
};
struct wrong { int again; };
