// vo layout --target windows-x64
// Microsoft's rule: each size of type has units of its own.
struct fields {
    long a : 3;
    short b : 3;
    long long c : 40;
    long d : 20;
    _Bool e : 1;
};
