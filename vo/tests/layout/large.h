// vo layout --target linux-aarch64
// Arrays of many bytes, names that are too long, and one without a length.
struct large {
    char tag;
    long double precise;
    unsigned char page[4096];
    unsigned a_name_that_is_far_too_long_for_a_bit_field : 3;
    int (*a_function_with_a_very_long_name)(const struct large *, unsigned long long, void (*)(int, ...));
    char a_character_with_a_long_name;
    _Complex float z;
    char rest[];
};
struct empty {};
