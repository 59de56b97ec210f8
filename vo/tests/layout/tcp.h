// vo layout --target linux-x64
// Bit-fields down to one bit, unnamed ones, and one over two rows.
struct tcp {
    uint16_t source, destination;
    uint32_t sequence, acknowledgement;
    uint16_t offset : 4, : 6, urg : 1, ack : 1, psh : 1, rst : 1, syn : 1, fin : 1;
    uint16_t window;
    uint64_t left : 24, across : 40;
    int : 0;
    unsigned wide : 31;
};
