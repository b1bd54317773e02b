// SPDX-License-Identifier: MIT
/*
 * What may follow "%p" in a format.
 *
 *	nothing, K	an address, hashed with a secret that is new at each boot
 *	x		the address itself
 *	S s B F f	a symbol: with offset; name only; a return address; old names
 *	a[dp]		a phys_addr_t or dma_addr_t, by reference
 *	r R		struct resource: raw flags; decoded ones
 *	h[CDN]		bytes, as many as the width says
 *	b[l]		a bitmap of as many bits as the width says; as a list
 *	I4 i4 I6[c] i6	addresses of the Internet
 *	m M[FR]		addresses of network cards
 *	U[bBlL]		UUIDs
 *	V		a format of its own (struct va_format)
 *	G[gpv]		flags of an allocation, a page, an area, by name
 *	e		an error's name
 *
 * All take their argument by reference but the first three. Letters and digits
 * behind it that mean nothing are skipped. Context: any.
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/unaligned.h>
#include <quarry/host.h>

#include "lib/format.h"
#include "lib/lib.h"

/* Tables of the memory manager's, each ended by a NULL name; there may be none. */
extern const struct trace_print_flags gfpflag_names[] __weak;
extern const struct trace_print_flags pageflag_names[] __weak;
extern const struct trace_print_flags vmaflag_names[] __weak;

/* Keys: C fixed at boot */
static u64 secret[2] = { 0x243f6a8885a308d3ull, 0x13198a2e03707344ull };	/* C */
static bool no_hash_pointers;							/* C */

static int __init no_hash_pointers_setup(char *arg)
{
	no_hash_pointers = true;
	pr_notice("Addresses in the log are not hashed\n");
	return 0;
}
early_param("no_hash_pointers", no_hash_pointers_setup);

void format_reset(void)
{
	no_hash_pointers = false;
}

void format_init(u64 seed)
{
	secret[0] = lib_mix(seed ^ 0x243f6a8885a308d3ull);
	secret[1] = lib_mix(secret[0] + 0x13198a2e03707344ull);
}

static void address(struct text *t, const void *ptr, const struct fmt_spec *spec, bool hashed)
{
	struct fmt_spec s = *spec;
	u64 v = (unsigned long)ptr;

	if (hashed && !no_hash_pointers && !IS_ERR_OR_NULL(ptr))
		v = (u32)lib_mix(lib_mix(v ^ secret[0]) + secret[1]);
	s.base = 16;
	s.flags &= FMT_LEFT | FMT_ALT;
	if (s.precision < 0)
		s.precision = (int)sizeof(void *) * 2;
	text_number(t, v, false, &s);
}

/*
 * A symbol's description is "name+0x1/0x2 [module] file.c:12"; a format gets no
 * file. A return address may be behind the last byte of its function: %pB is for those.
 */
static void symbol(struct text *t, const void *ptr, char kind, const struct fmt_spec *spec)
{
	char buf[256], *end, *plus;
	size_t len = quarry_host_symbol((unsigned long)ptr, kind == 'B', buf, sizeof(buf) - 1);

	if (!len) {
		text_hex(t, (unsigned long)ptr, sizeof(void *));
		return;
	}
	buf[min(len, sizeof(buf) - 1)] = 0;
	end = strchrnul(buf, ' ');
	if (*end && end[1] == '[')
		end = strchrnul(end + 1, ' ');
	*end = 0;
	plus = strchr(buf, '+');
	if (plus && (kind == 's' || kind == 'f')) {
		char *module = strchrnul(plus, ' ');

		memmove(plus, module, strlen(module) + 1);
	}
	text_padded(t, buf, strlen(buf), spec);
}

static void hex_bytes(struct text *t, const u8 *p, int n, char separator)
{
	for (int i = 0; i < n; i++) {
		if (i && separator)
			text_char(t, separator);
		text_char(t, hex_asc_hi(p[i]));
		text_char(t, hex_asc_lo(p[i]));
	}
}

static void dump(struct text *t, const char *fmt, const u8 *p, const struct fmt_spec *spec)
{
	char separator = ' ';

	if (*fmt == 'C')
		separator = ':';
	else if (*fmt == 'D')
		separator = '-';
	else if (*fmt == 'N')
		separator = 0;
	hex_bytes(t, p, clamp(spec->width ? spec->width : 1, 1, 64), separator);
}

/* 32 bits a group, most significant first, the first as short as it is. */
static void bitmap_hex(struct text *t, const unsigned long *map, int nbits)
{
	int group = (nbits + 31) / 32, bits = nbits - (group - 1) * 32;

	while (group--) {
		u32 w = (u32)(map[group * 32 / BITS_PER_LONG] >> (group * 32 % BITS_PER_LONG));
		struct fmt_spec spec = { .base = 16, .precision = (bits + 3) / 4 };

		if (bits < 32)
			w &= (1u << bits) - 1;
		text_number(t, w, false, &spec);
		if (group)
			text_char(t, ',');
		bits = 32;
	}
}

static void bitmap_list(struct text *t, const unsigned long *map, int nbits)
{
	unsigned long from, to, n = (unsigned long)nbits;
	bool first = true;

	for_each_set_bitrange(from, to, map, n) {
		if (!first)
			text_char(t, ',');
		first = false;
		text_decimal(t, (s64)from);
		if (to > from + 1) {
			text_char(t, '-');
			text_decimal(t, (s64)to - 1);
		}
	}
}

static void ip4(struct text *t, const u8 *p, bool zeros, char order)
{
	u8 host[4];

	if (order == 'l' || (order == 'h' && !IS_ENABLED(CONFIG_CPU_BIG_ENDIAN))) {
		for (int i = 0; i < 4; i++)
			host[i] = p[3 - i];
		p = host;
	}
	for (int i = 0; i < 4; i++) {
		const struct fmt_spec spec = { .base = 10, .precision = zeros ? 3 : -1 };

		if (i)
			text_char(t, '.');
		text_number(t, p[i], false, &spec);
	}
}

/* RFC 5952: the longest run of two or more zero groups becomes "::". */
static void ip6_short(struct text *t, const u8 *p)
{
	const struct fmt_spec spec = { .base = 16, .precision = -1 };
	bool v4 = !memchr_inv(p, 0, 10) && p[10] == 0xff && p[11] == 0xff;
	int groups = v4 ? 6 : 8, run = 0, best = 0, at = -1, i;

	for (i = 0; i < groups; i++) {
		run = p[2 * i] || p[2 * i + 1] ? 0 : run + 1;
		if (run > best && run > 1) {
			best = run;
			at = i - run + 1;
		}
	}
	for (i = 0; i < groups; i++) {
		if (i == at) {
			text_string(t, "::", 2);
			i += best - 1;
			continue;
		}
		if (i && (at < 0 || i != at + best))
			text_char(t, ':');
		text_number(t, get_unaligned_be16(p + 2 * i), false, &spec);
	}
	if (v4) {
		text_char(t, ':');
		ip4(t, p + 12, false, 'b');
	}
}

static void internet(struct text *t, const char *fmt, const u8 *p, bool small)
{
	if (*fmt == '4') {
		ip4(t, p, small, fmt[1]);
	} else if (*fmt == '6') {
		if (!small && fmt[1] == 'c')
			ip6_short(t, p);
		else
			for (int i = 0; i < 8; i++) {
				if (i && !small)
					text_char(t, ':');
				hex_bytes(t, p + 2 * i, 2, 0);
			}
	}
}

static void mac(struct text *t, const char *fmt, const u8 *p)
{
	u8 turned[6];

	if (fmt[1] == 'R') {
		for (int i = 0; i < 6; i++)
			turned[i] = p[5 - i];
		p = turned;
	}
	hex_bytes(t, p, 6, *fmt == 'm' ? 0 : fmt[1] == 'F' ? '-' : ':');
}

static void uuid(struct text *t, char order, const u8 *p)
{
	static const u8 big[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const u8 little[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	const u8 *index = order == 'l' || order == 'L' ? little : big;
	const char *hex = order == 'B' || order == 'L' ? hex_asc_upper : hex_asc;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text_char(t, '-');
		text_char(t, hex[p[index[i]] >> 4]);
		text_char(t, hex[p[index[i]] & 15]);
	}
}

static void words(struct text *t, const char *s)
{
	text_string(t, s, strlen(s));
}

static void resource(struct text *t, const struct resource *r, bool decode)
{
	unsigned int bytes = r->end >> 32 ? 8 : 4;
	const struct fmt_spec io = { .flags = FMT_ALT, .base = 16, .precision = 4 };

	words(t, r->flags & IORESOURCE_MEM ? "[mem " : r->flags & IORESOURCE_IO ? "[io  " : "[??? ");
	if (r->flags & IORESOURCE_IO) {
		text_number(t, r->start, false, &io);
		if (r->end != r->start) {
			text_char(t, '-');
			text_number(t, r->end, false, &io);
		}
	} else {
		text_hex(t, r->start, bytes);
		if (r->end != r->start) {
			text_char(t, '-');
			text_hex(t, r->end, bytes);
		}
	}
	if (!decode || !(r->flags & (IORESOURCE_MEM | IORESOURCE_IO))) {
		const struct fmt_spec spec = { .flags = FMT_ALT, .base = 16, .precision = -1 };

		words(t, " flags ");
		text_number(t, r->flags, false, &spec);
	} else if (r->flags & IORESOURCE_BUSY) {
		words(t, " busy");
	}
	text_char(t, ']');
}

/* "GFP_KERNEL|__GFP_ZERO": the table has the compounds before their parts. */
static void flag_names(struct text *t, unsigned long flags,
		       const struct trace_print_flags *names)
{
	const struct fmt_spec spec = { .flags = FMT_ALT, .base = 16, .precision = -1 };
	bool any = false;

	for (; names && names->name && flags; names++) {
		if ((flags & names->mask) != names->mask || !names->mask)
			continue;
		if (any)
			text_char(t, '|');
		words(t, names->name);
		any = true;
		flags &= ~names->mask;
	}
	if (flags || !any) {
		if (any)
			text_char(t, '|');
		text_number(t, flags, false, &spec);
	}
}

/* The upper part of page->flags; the memory manager knows what is there. */
static void page_flags(struct text *t, unsigned long flags)
{
	const struct fmt_spec spec = { .flags = FMT_ALT, .base = 16, .precision = -1 };
	char place[48];
	unsigned long named = flags;
	int n = 0;

	if (page_flags_place)
		n = page_flags_place(flags, &named, place, sizeof(place));
	text_number(t, flags, false, &spec);
	text_char(t, '(');
	if (named || !n)
		flag_names(t, named, pageflag_names);
	if (named && n)
		text_char(t, '|');
	text_string(t, place, (size_t)n);
	text_char(t, ')');
}

static void error_name(struct text *t, const void *ptr, const struct fmt_spec *spec)
{
	const char *name;

	if (!IS_ERR(ptr)) {
		address(t, ptr, spec, true);
		return;
	}
	name = errname((int)PTR_ERR(ptr));
	if (name)
		text_padded(t, name, strlen(name), spec);
	else
		text_decimal(t, PTR_ERR(ptr));
}

/* True: followed and printed, or named as what must not be followed. */
static bool wild(struct text *t, const void *ptr, const struct fmt_spec *spec)
{
	struct fmt_spec plain = { .flags = spec->flags, .precision = -1 };

	if (ptr && (unsigned long)ptr >= 4096 && !IS_ERR(ptr))
		return false;
	text_cstring(t, ptr, &plain);
	return true;
}

static void by_reference(struct text *t, const char *fmt, const void *ptr,
			 const struct fmt_spec *spec)
{
	switch (*fmt) {
	case 'a':
		text_hex(t, *(const u64 *)ptr, 8);
		break;
	case 'r':
	case 'R':
		resource(t, ptr, *fmt == 'R');
		break;
	case 'h':
		dump(t, fmt + 1, ptr, spec);
		break;
	case 'b':
		if (fmt[1] == 'l')
			bitmap_list(t, ptr, max(spec->width, 0));
		else
			bitmap_hex(t, ptr, max(spec->width, 0));
		break;
	case 'I':
	case 'i':
		internet(t, fmt + 1, ptr, *fmt == 'i');
		break;
	case 'm':
	case 'M':
		mac(t, fmt, ptr);
		break;
	case 'U':
		uuid(t, fmt[1], ptr);
		break;
	case 'V': {
		const struct va_format *vaf = ptr;

		text_format(t, vaf->fmt, *vaf->va);
		break;
	}
	case 'G':
		if (fmt[1] == 'g')
			flag_names(t, *(const gfp_t *)ptr, gfpflag_names);
		else if (fmt[1] == 'p')
			page_flags(t, *(const unsigned long *)ptr);
		else
			flag_names(t, *(const unsigned long *)ptr, vmaflag_names);
		break;
	}
}

size_t text_pointer(struct text *t, const char *fmt, const void *ptr,
		    const struct fmt_spec *spec)
{
	size_t used = 0;

	switch (*fmt) {
	case 'S':
	case 's':
	case 'B':
	case 'F':
	case 'f':
		symbol(t, ptr, *fmt, spec);
		break;
	case 'x':
		address(t, ptr, spec, false);
		break;
	case 'e':
		error_name(t, ptr, spec);
		break;
	case 'a': case 'r': case 'R': case 'h': case 'b': case 'I': case 'i':
	case 'm': case 'M': case 'U': case 'V': case 'G':
		if (!wild(t, ptr, spec))
			by_reference(t, fmt, ptr, spec);
		break;
	default:
		address(t, ptr, spec, true);
	}
	while (isalnum(fmt[used]))
		used++;
	return used;
}
