// Scalars.
void nothing(void);
double pow(double x, double y);
const char *find(const char *text, int c);
_Bool narrow(_Bool a, char b, signed char c, unsigned char d, short e, unsigned short f);
enum color mix(enum color a, enum color b, float share);
long ten(long a, long b, long c, long d, long e, long f, long g, long h, char i, long j);
float eighteen(float a, double b, float c, double d, float e, double f, float g, double h, float i, double j, float k, double l, float m, double n, float o, double p, float q, double r);
short both(int a, double b, long long c, float d, void *e, double f, long long g, float h, int i, long long j);
void pointers(void (*done)(int), char **names, int (*rows)[4]);
int open(const char *path, int flags); // errno
void sync(void); // errno

// Larger than a slot.
long double quad(int a, long double b, long double c);
float _Complex complex_float(float _Complex a, int b);
double _Complex complex_double(double _Complex a, double _Complex b, double _Complex c, double _Complex d, double _Complex e);
long double _Complex complex_quad(long double _Complex a);
__int128 wide(int a, __int128 b, unsigned __int128 c, int d, __int128 e, __int128 f, int g);

// Structs and unions in registers.
struct empty none(struct empty a, int b);
struct byte byte(struct byte a);
struct three three(struct three a);
struct seven seven(int a, struct seven b);
struct pair middle(struct pair a, struct pair b);
struct vector cross(struct vector a, struct vector b, struct vector c);
struct four four(struct four a, struct four b);
struct nested nested(struct nested a);
struct mixed mixed(struct mixed a, struct mixed b);
struct ints ints(struct ints a, struct ints b);
struct bits bits(struct bits a);
struct split split(struct split a);
struct flexible flexible(struct flexible a);
union number number(union number a, double b);
union floats floats(union floats a);

// Not all registers are left.
void last_int(long a, long b, long c, long d, long e, struct mixed f, long g);
void last_floats(struct four a, double b, struct four c, float d, float e);
void split_arg(int a, int b, struct ints c, int d);
void even_arg(int a, long long b, int c, struct member_aligned d, int e);
void back_filled(float a, double b, float c, struct pair d, float e);
void whole_alignment(int a, struct whole_aligned b, int c);

// In memory.
struct words words(int a, struct words b, int c);
struct five five(struct five a);
struct quads quads(struct quads a);
struct page page(struct page a, int b);
struct packed packed(struct packed a, struct packed b);
struct bits_of_union bits_of_union(struct bits_of_union a);
struct bits_as_int bits_as_int(struct bits_as_int a);
struct bits_unlike_int bits_unlike_int(struct bits_unlike_int a);
struct over_aligned over_aligned(struct over_aligned a, int b);
int after_large(struct page a, struct words b, struct page c);

// Variadic.
int printf(const char *format, ...);
int printf(const char *format, ...); // more: int, double, char *, float, char
int printf(const char *format, ...); // more: long long, struct pair, struct vector, long double; errno
double sum(int count, double first, ...); // more: double, double _Complex, struct words
float float_result(float a, ...);
float _Complex complex_result(int a, ...);
struct pair pair_result(struct pair a, ...); // more: struct pair
void arrays_without_elements(struct none_behind a, struct none_before b, int c, float d);
