// vo layout --target linux-x64
// Holes, bit-fields, nested structs and arrays.
struct packet {
    char kind;
    unsigned flags : 3, channel : 7;
    double value;
    struct {
        short x, y;
    } at;
    char name[20];
    struct {
        char key;
        int count;
    } cells[2];
    char last;
};
