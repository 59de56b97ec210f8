// vo layout --target linux-arm
struct wide {
    __int128 n;
};
