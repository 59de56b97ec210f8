// vo layout --target linux-x64
// Unions, with and without names; types that only a typedef names.
typedef enum { NUMBER, TEXT } kind_t;
typedef union {
    double number;
    struct {
        const char *start;
        unsigned length;
    } text;
    unsigned char bytes[16];
} payload_t;
typedef struct variant {
    kind_t kind;
    union {
        int line;
        struct { short row, column; };
    };
    payload_t payload;
} variant;
