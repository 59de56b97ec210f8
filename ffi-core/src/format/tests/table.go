// Writes table.txt: formats, operands and what Go makes of them.
//
//	go run table.go > table.txt
//
// A row has fields between tabs: the quoted format, `type text` for each operand, and the quoted result.
package main

import (
	"fmt"
	"math"
	"math/rand"
	"strconv"
	"strings"
)

func operand(value any) string {
	switch v := value.(type) {
	case nil:
		return "nil"
	case string:
		return "string " + strconv.QuoteToASCII(v)
	case []byte:
		return "[]byte " + strconv.QuoteToASCII(string(v))
	case float64:
		return fmt.Sprintf("float64 %#x", math.Float64bits(v))
	case float32:
		return fmt.Sprintf("float32 %#x", math.Float32bits(v))
	}
	return fmt.Sprintf("%T %v", value, value)
}

func row(format string, operands ...any) {
	fields := []string{strconv.QuoteToASCII(format)}
	for _, value := range operands {
		fields = append(fields, operand(value))
	}
	result := strconv.QuoteToASCII(fmt.Sprintf(format, operands...))
	if len(result) > 200 {
		return
	}
	fields = append(fields, result)
	fmt.Println(strings.Join(fields, "\t"))
}

// Every combination of flags and sizes with every verb, thinned out.
func product(verbs string, step int, values ...any) {
	flags := []string{"", "+", "-", "#", " ", "0", "+#", "-0", "# ", "+0", "-#", "#0", " 0", "+# 0"}
	sizes := []string{"", "1", "8", "20", ".0", ".1", ".3", ".12", "9.2", "25.20"}
	count := 0
	for _, value := range values {
		for _, verb := range verbs {
			for _, flag := range flags {
				for _, size := range sizes {
					if size != "" && size[0] == '0' {
						continue
					}
					if count++; count%step == 0 {
						row("%"+flag+size+string(verb), value)
					}
				}
			}
		}
	}
}

func main() {
	product("vdboOxXcqUTsp", 61, 0, 1, -1, 42, -1234567, math.MaxInt64, math.MinInt64, 128512, 0x10ffff, 'x', 0xd800)
	product("vdxqUc", 37, uint8(0), uint8(200), uint64(math.MaxUint64), int8(-128), uint16(9), int16(-9), int64(5),
		uint32(77), uintptr(4096), uint(3))
	product("veEfFgGxXbd", 97, 0.0, math.Copysign(0, -1), 1.0, -1.5, 0.1, 100000.0, 1e6, 123456789.0, 1e-4, 1e-5,
		1e20, 1e21, 1e22, 2.5, 0.5, 1.25, 1e100, 5e-324, math.MaxFloat64, math.Pi*1e10, math.Inf(1), math.Inf(-1),
		math.NaN(), 99999.5, 999999.5, 0.00009999)
	product("vegfxb", 41, float32(0.1), float32(1e-4), float32(16777216), float32(math.MaxFloat32), float32(1e-45),
		float32(3.4))
	product("vsqxXdT", 37, "", "hello", "h\u00e9llo w\u00f6rld", "\xff\xfe", "tab\tnewline\nquote\"back\\`", "\u65e5\u672c\u8a9e",
		"a\u0301\u200b\u00a0\U0001f600\u0000\x07", "just right")
	product("vsqxXd", 29, []byte("hi"), []byte{}, []byte{0, 255, 'a'})
	product("vtdsT", 17, true, false)
	product("vdsT", 17, nil)

	random := rand.New(rand.NewSource(1))
	verbs := "vgfeGE"
	for i := 0; i < 400; i++ {
		value := math.Float64frombits(random.Uint64())
		if i%2 == 0 {
			value = math.Round(random.NormFloat64()*1e6) / math.Pow(10, float64(random.Intn(9)))
		}
		verb := string(verbs[random.Intn(len(verbs))])
		if i%3 > 0 {
			verb = "." + strconv.Itoa(random.Intn(18)) + verb
		}
		row("%"+verb, value)
		row("%v", float32(value))
	}

	row("%d %s", 1, "a")
	row("%s")
	row("%d %d", 1)
	row("%!")
	row("%")
	row("100%% of %d", 5)
	row("%z", 1)
	row("%\u00e9", 1)
	row("%d", 1, 2, "three", nil, 4.5)
	row("%d", "hi")
	row("%s", 5)
	row("%t", 1)
	row("%[2]d %[1]d", 1, 2)
	row("%[3]d", 1, 2)
	row("%[0]d", 1)
	row("%[x]d", 1)
	row("%[1d", 1)
	row("%[]d", 1)
	row("%[2]*[1]d|", 7, 5)
	row("%*d|", 5, 7)
	row("%-*d|", 5, 7)
	row("%*d|", -5, 7)
	row("%.*f|", 2, 3.14159)
	row("%*.*f|", 8, 2, 3.14159)
	row("%[3]*.[2]*[1]f|", 12.0, 2, 6)
	row("%6.[1]*f|", 2, 3.0)
	row("%.[2]f", 1.0, 2)
	row("%[1]2d", 1)
	row("%*d", "x", 7)
	row("%.*d", "x", 7)
	row("%.*d", -3, 7)
	row("%*d", 10000001, 7)
	row("%1000001d", 7)
	row("%-010d|", 7)
	row("%010.3d|", 7)
	row("%+.3e|%+10.2f|% d|% d", 12345.678, 1.5, 3, -3)
	row("%5t|%-7t|%q|%q", true, false, 'x', '\n')
	row("%08b|%o|%O|%#o", 5, 8, 8, 8)
	row("%x|%X|% x|%#x|% #x", "hello", "hello", "hello", "hello", "hello")
	row("%10.3s|%-10.3s|%.0s|", "abcdef", "abcdef", "abcdef")
	row("%c%c%c|%5c|%-5c|", 'a', '\u00e9', 0x1f600, 'x', 'x')
	row("%U|%#U|%#U|%08U", 'a', 'a', 7, 0x1f600)
	row("%v %v %v", nil, true, "s")
	row("%6v|%-6v|%06v", nil, 1, 2)
	row("%T %T %T %T", 1, "a", nil, []byte{1})
	row("%w", 5)
	row("%p", 5)
	row("%.3v|%.10v|%10.2v|", "abcdef", 3.14159, 2.71828)
	row("%.2f%%|%5.1f%%", 99.5, 12.345)
	row("%s|%v|%d", []byte("bytes"), []byte("bytes"), []byte("bytes"))
	row("%#v %#v %#v %#v", 1, "a", 1.0, []byte("ab"))
	row("%v %v %v", float32(29225.8125), 1.6193547497066312e+13, float32(2.8136792e+06))
	row("no directives")
	row("")
	row("a\xffb %s", "\xff")
}
