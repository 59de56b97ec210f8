// vo layout --target linux-x64
// What packs and what aligns.
#pragma pack(push, 2)
struct paired { char c; long n; };
#pragma pack(pop)
struct packed { char c; long n; unsigned a : 20, b : 20; } __attribute__((packed));
struct __attribute__((aligned(32))) aligned { char c; long n __attribute__((packed, aligned(4))); _Alignas(16) int i; };
