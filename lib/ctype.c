// SPDX-License-Identifier: MIT
/* What kind of character each of Latin-1's is. */
#include <linux/ctype.h>
#include <linux/export.h>

#define S8(x)	x, x, x, x, x, x, x, x
#define S16(x)	S8(x), S8(x)

const unsigned char _ctype[256] = {
	/* 00 */ S8(_C), _C, _C | _S, _C | _S, _C | _S, _C | _S, _C | _S, _C, _C,
	/* 10 */ S16(_C),
	/* 20 */ _S | _SP, _P, _P, _P, _P, _P, _P, _P, S8(_P),
	/* 30 */ S8(_D), _D, _D, _P, _P, _P, _P, _P, _P,
	/* 40 */ _P, _U | _X, _U | _X, _U | _X, _U | _X, _U | _X, _U | _X, _U, S8(_U),
	/* 50 */ S8(_U), _U, _U, _U, _P, _P, _P, _P, _P,
	/* 60 */ _P, _L | _X, _L | _X, _L | _X, _L | _X, _L | _X, _L | _X, _L, S8(_L),
	/* 70 */ S8(_L), _L, _L, _L, _P, _P, _P, _P, _C,
	/* 80 */ S16(0),
	/* 90 */ S16(0),
	/* a0 */ _S | _SP, _P, _P, _P, _P, _P, _P, _P, S8(_P),
	/* b0 */ S16(_P),
	/* c0 */ S16(_U),
	/* d0 */ _U, _U, _U, _U, _U, _U, _U, _P, _U, _U, _U, _U, _U, _U, _U, _L,
	/* e0 */ S16(_L),
	/* f0 */ _L, _L, _L, _L, _L, _L, _L, _P, S8(_L),
};
EXPORT_SYMBOL(_ctype);
