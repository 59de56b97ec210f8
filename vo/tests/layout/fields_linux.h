// vo layout --target linux-x64
// The same for Linux: they share bytes.
struct fields {
    long a : 3;
    short b : 3;
    long long c : 40;
    long d : 20;
    _Bool e : 1;
};
